#include <cstdio>

// A line of every third thread, and one of each block.
extern "C" __global__ void print(const float *x, const char *word) {
  int t = threadIdx.x;
  if (t % 3 == 0) {
    printf("x[%d] = %8.3f, %s, %c, 0x%llx, %-5u|%%\n", t, x[t], word, 'a' + t, 1ull << (40 + t), 7u * t);
  }
  __syncthreads();
  if (t == 0) {
    printf("block %d is done\n", blockIdx.x);
  }
}
