// Large arrays that are written before they are read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace ccdpanel::core {

// Asks the system to back memory that was not touched yet by large pages. The first touch of a small page costs the
// kernel microseconds, more than a pass over what it holds; there are 512 of them in a large one. No harm where the
// system has none.
inline void expect_large(void* data, std::size_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  constexpr std::size_t worth = std::size_t{1} << 21;
  constexpr std::uintptr_t page = 4096;
  if (bytes < worth) return;
  const std::uintptr_t first = (reinterpret_cast<std::uintptr_t>(data) + page - 1) / page * page;
  const std::uintptr_t past = (reinterpret_cast<std::uintptr_t>(data) + bytes) / page * page;
  madvise(reinterpret_cast<void*>(first), past - first, MADV_HUGEPAGE);
#else
  (void)data;
  (void)bytes;
#endif
}

// Room that is about to be filled.
template <class T>
void reserve_large(std::vector<T>& out, std::size_t size) {
  out.reserve(size);
  expect_large(out.data(), out.capacity() * sizeof(T));
}

// Plain values, not initialised. It only ever shrinks.
template <class T>
class Buffer {
  static_assert(std::is_trivial<T>::value, "Buffer: plain values only");

 public:
  Buffer() = default;
  explicit Buffer(std::size_t size) : size_(size) {
    if (!size) return;
    data_ = static_cast<T*>(std::malloc(size * sizeof(T)));
    if (!data_) throw std::bad_alloc();
    expect_large(data_, size * sizeof(T));
  }
  Buffer(Buffer&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Buffer() { std::free(data_); }

  T* data() { return data_; }
  const T* data() const { return data_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  void shrink(std::size_t size) { size_ = size < size_ ? size : size_; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace ccdpanel::core
