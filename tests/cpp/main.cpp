// Runs the test files of a room:  models_tests absorb
#include "check.hpp"

int main(int count, char** words) {
  return check::run_room(count == 2 ? words[1] : "");
}
