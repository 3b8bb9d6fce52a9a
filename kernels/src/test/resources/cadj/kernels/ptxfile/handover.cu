// Warps in pairs of roles: the first half of a block fills a buffer, the second adds it up; two named barriers say "full"
// and "empty". A producer does not wait at "full", nor a consumer at "empty": they only arrive.
__device__ __forceinline__ void wait(int barrier, int threads) {
  asm volatile("bar.sync %0, %1;" ::"r"(barrier), "r"(threads) : "memory");
}

__device__ __forceinline__ void arrive(int barrier, int threads) {
  asm volatile("bar.arrive %0, %1;" ::"r"(barrier), "r"(threads) : "memory");
}

extern "C" __global__ void handover(float *y, const float *x, int rounds) {
  __shared__ float buffer[64];
  int t = threadIdx.x;
  if (t < 64) {
    for (int round = 0; round < rounds; round++) {
      if (round > 0) {
        wait(2, 128);
      }
      buffer[t] = x[64 * round + t];
      arrive(1, 128);
    }
  } else {
    float sum = 0;
    for (int round = 0; round < rounds; round++) {
      wait(1, 128);
      sum += buffer[127 - t];
      if (round < rounds - 1) {
        arrive(2, 128);
      }
    }
    y[t - 64] = sum;
  }
}
