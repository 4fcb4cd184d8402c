# marginaleffects takes a class that it has no methods of its own for when it is named here.
.onLoad <- function(libname, pkgname) {
  options(
    marginaleffects_model_classes = union(getOption("marginaleffects_model_classes"), "fe_reg")
  )
  when_loaded("marginaleffects", register_jacobian)
  when_loaded("texreg", register_extract)
  if (has_methods(stats::dffits)) {
    registerS3method("dffits", "fe_reg", row_dffits, envir = asNamespace("stats"))
  }
}

# What another package has no S3 generic for is registered once it is there.
when_loaded <- function(package, action) {
  setHook(packageEvent(package, "onLoad"), action)
  if (isNamespaceLoaded(package)) action()
}

has_methods <- function(generic) "UseMethod" %in% all.names(body(generic))
