// Everything of ccdpanel's C++ core. Needs C++17 and Eigen 3.3; knows nothing of R.
#pragma once

#include "ccdpanel/core/parallel_for.hpp"
#include "ccdpanel/core/status.hpp"
