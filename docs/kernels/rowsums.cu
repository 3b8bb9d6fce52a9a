#include <cstdio>

// sums[row] = the sum of a row of x [rows, n]; a block of 128 threads per row.
extern "C" __global__ void rowsums(float *sums, const float *x, int n) {
  __shared__ float parts[128];
  int t = threadIdx.x;
  float sum = 0;
  for (int i = t; i < n; i += 128) {
    sum += x[blockIdx.x * n + i];
  }
  parts[t] = sum;
  __syncthreads();
  for (int half = 64; half > 0; half /= 2) {
    if (t < half) {
      parts[t] += parts[t + half];
    }
    __syncthreads();
  }
  if (t == 0) {
    sums[blockIdx.x] = parts[0];
    printf("row %d: %g\n", blockIdx.x, parts[0]);
  }
}
