# Tests of instruments on 360 rows, beside the fit, against the build before.
library(ccdpanel)
source("tools/before.R")

setup <- quote({
  set.seed(1)
  input <- data.frame(unit = rep(1:30, each = 12), year = rep(2011:2022, 30))
  for (name in c("z1", "z2", "w", "e")) input[[name]] <- rnorm(360)
  input$x <- input$z1 + input$z2 / 2 + input$e + rnorm(360)
  input$y <- input$x + input$w + input$e + rnorm(360)
  fit <- fe_reg(y ~ w | unit + year | x ~ z1 + z2, input, vcov = ~unit)
})
made <- race_before(
  "weak_iv() x 100, 360 rows", setup, quote(for (i in 1:100) last <- weak_iv(fit)),
  quote(unlist(as.list(last)[c("statistic", "p_value", "critical")])), 5, times = 5,
  tolerance = 1e-9, memory = Inf
)
cat(sprintf("weak_iv() takes %.1f ms (aim: 5)\n", 10 * made$now$seconds))
