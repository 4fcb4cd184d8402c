# marginaleffects takes a class that it has no methods of its own for when it is named here.
.onLoad <- function(libname, pkgname) {
  options(marginaleffects_model_classes = union(getOption("marginaleffects_model_classes"), "fe_reg"))
}
