// The bindings of core as one translation unit: three quarters of each are the headers of Rcpp.
#include "bind_core_columns.cpp"
#include "bind_core_keys.cpp"
#include "bind_core_series.cpp"
