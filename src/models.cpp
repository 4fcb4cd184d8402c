// The bindings of models as one translation unit: what the compiler makes of Eigen's templates for one of them it
// makes, for three quarters, for each, and most of an installation's time goes there.
#include <RcppEigen.h>

#include "bind_absorb.cpp"
#include "bind_absorb_encode.cpp"
#include "bind_inference.cpp"
#include "bind_inference_regress.cpp"
#include "bind_system.cpp"
