// The rooms of the models as one translation unit: three quarters of what the compiler makes of Eigen's templates for any of
// them it makes for all, and most of the time to install the package goes there.
#include "bind_absorb.cpp"
#include "bind_inference.cpp"
#include "bind_panel.cpp"
#include "bind_slopes.cpp"
#include "bind_system.cpp"
