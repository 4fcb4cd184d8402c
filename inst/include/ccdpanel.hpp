// Everything of ccdpanel's C++ core. Needs C++17 and Eigen 3.3; knows nothing of R.
#pragma once

#include "ccdpanel/core/parallel_for.hpp"
#include "ccdpanel/core/status.hpp"
#include "ccdpanel/panel/absorb.hpp"
#include "ccdpanel/panel/cells.hpp"
#include "ccdpanel/panel/codes.hpp"
#include "ccdpanel/panel/collinear.hpp"
#include "ccdpanel/panel/conjugate_gradient.hpp"
#include "ccdpanel/panel/moments.hpp"
#include "ccdpanel/panel/reduced_system.hpp"
#include "ccdpanel/panel/regression.hpp"
#include "ccdpanel/panel/scores.hpp"
#include "ccdpanel/system/estimate.hpp"
#include "ccdpanel/system/three_stage.hpp"
