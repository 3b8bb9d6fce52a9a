// The least and the sum of each warp's integers, and of each block: redux and mbarrier from sm_80 on, shuffles and
// __syncthreads before.
__device__ __forceinline__ unsigned int warp_sum(unsigned int x) {
#if __CUDA_ARCH__ >= 800
  return __reduce_add_sync(0xffffffff, x);
#else
  for (int distance = 16; distance > 0; distance /= 2) {
    x += __shfl_xor_sync(0xffffffff, x, distance);
  }
  return x;
#endif
}

__device__ __forceinline__ int warp_min(int x) {
#if __CUDA_ARCH__ >= 800
  return __reduce_min_sync(0xffffffff, x);
#else
  for (int distance = 16; distance > 0; distance /= 2) {
    x = min(x, __shfl_xor_sync(0xffffffff, x, distance));
  }
  return x;
#endif
}

#if __CUDA_ARCH__ >= 800
__device__ __forceinline__ void meet(unsigned long long *barrier) {
  unsigned int at = (unsigned int)__cvta_generic_to_shared(barrier);
  asm volatile(
      "{ .reg .b64 state; .reg .pred done;\n"
      "mbarrier.arrive.shared.b64 state, [%0];\n"
      "WAIT: mbarrier.test_wait.shared.b64 done, [%0], state;\n"
      "@!done bra WAIT; }" ::"r"(at) : "memory");
}
#endif

extern "C" __global__ void redux(int *y, const int *x) {
  __shared__ int sums[32];
  int t = threadIdx.x;
#if __CUDA_ARCH__ >= 800
  __shared__ unsigned long long barrier;
  if (t == 0) {
    unsigned int at = (unsigned int)__cvta_generic_to_shared(&barrier);
    asm volatile("mbarrier.init.shared.b64 [%0], %1;" ::"r"(at), "r"(blockDim.x) : "memory");
  }
  __syncthreads();
#endif
  int sum = warp_sum(x[t]);
  int least = warp_min(x[t]);
  if (t % 32 == 0) {
    sums[t / 32] = sum;
  }
#if __CUDA_ARCH__ >= 800
  meet(&barrier);
#else
  __syncthreads();
#endif
  int all = 0;
  for (int i = 0; i < blockDim.x / 32; i++) {
    all += sums[i];
  }
#if __CUDA_ARCH__ >= 800
  meet(&barrier);
#else
  __syncthreads();
#endif
  if (t % 32 == 0) {
    sums[t / 32] = least;
  }
#if __CUDA_ARCH__ >= 800
  meet(&barrier);
#else
  __syncthreads();
#endif
  int lowest = sums[0];
  for (int i = 1; i < blockDim.x / 32; i++) {
    lowest = min(lowest, sums[i]);
  }
  y[4 * t] = sum;
  y[4 * t + 1] = least;
  y[4 * t + 2] = all;
  y[4 * t + 3] = lowest;
}
