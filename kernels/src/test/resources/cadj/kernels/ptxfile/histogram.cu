// How many bytes of x there are of each of 256 values: a histogram per block in shared memory, then added to the whole.
extern "C" __global__ void histogram(unsigned int *counts, const unsigned char *x, int n) {
  __shared__ unsigned int own[256];
  for (int i = threadIdx.x; i < 256; i += blockDim.x) {
    own[i] = 0;
  }
  __syncthreads();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
    atomicAdd(&own[x[i]], 1u);
  }
  __syncthreads();
  for (int i = threadIdx.x; i < 256; i += blockDim.x) {
    if (own[i] > 0) {
      atomicAdd(&counts[i], own[i]);
    }
  }
}
