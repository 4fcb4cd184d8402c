// A loop over blocks on a few threads, joined before return.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace ccdpanel::core {

namespace detail {

// The body of a loop without its type, so that threads are compiled once and not for every loop again.
struct LoopBody {
  const void* object;
  void (*call)(const void* object, std::size_t block);
};

inline void run_blocks(std::size_t blocks, int threads, LoopBody body) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failing;
  const auto work = [&] {
    try {
      for (std::size_t block = next++; block < blocks; block = next++) body.call(body.object, block);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(failing);
      if (!failure) failure = std::current_exception();
      next = blocks;
    }
  };
  std::vector<std::thread> workers;
  const std::size_t wanted = std::min<std::size_t>(blocks, static_cast<std::size_t>(std::max(threads, 1)));
  try {
    for (std::size_t t = 1; t < wanted; ++t) workers.emplace_back(work);
  } catch (const std::system_error&) {  // no thread to be had: the ones that started, or this one alone, do it all
  }
  work();
  for (std::thread& worker : workers) worker.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace detail

// Calls body(block) once for every block in [0, blocks), on at most `threads` threads, the calling one included.
//
// Which thread runs a block is left to chance, so a result that must not depend on it writes to the block's own slot
// and is reduced by the caller in block order. The first exception of a worker stops the loop and is thrown here; a
// thread that cannot start leaves its share to the others.
template <class Body>
void parallel_for(std::size_t blocks, int threads, const Body& body) {
  const auto call = [](const void* object, std::size_t block) { (*static_cast<const Body*>(object))(block); };
  detail::run_blocks(blocks, threads, {&body, call});
}

// The same, `batch` blocks at a time; before each batch this thread calls poll(blocks done), which may throw: so a user
// can interrupt a long loop.
template <class Body, class Poll>
void parallel_for(std::size_t blocks, std::size_t batch, int threads, const Body& body, const Poll& poll) {
  for (std::size_t first = 0; first < blocks; first += batch) {
    poll(first);
    parallel_for(std::min(batch, blocks - first), threads, [&](std::size_t block) { body(first + block); });
  }
}

}  // namespace ccdpanel::core
