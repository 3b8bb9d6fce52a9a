// Running sums of the 64-bit integers of one block, each element included (Hillis and Steele 1986).
extern "C" __global__ void scan(long long *y, const int *x) {
  extern __shared__ long long sums[];
  int t = threadIdx.x;
  int n = blockDim.x;
  sums[t] = x[t];
  __syncthreads();
  for (int distance = 1; distance < n; distance *= 2) {
    long long before = t >= distance ? sums[t - distance] : 0;
    __syncthreads();
    sums[t] += before;
    __syncthreads();
  }
  y[t] = sums[t];
}
