// The sum of n floats: within a warp by shuffles, within a block through shared memory, over blocks by an atomic addition.
extern "C" __global__ void reduction(const float *x, float *sum, int n) {
  __shared__ float warps[32];
  float mine = 0;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
    mine += x[i];
  }
  for (int distance = 16; distance > 0; distance /= 2) {
    mine += __shfl_down_sync(0xffffffff, mine, distance);
  }
  int lane = threadIdx.x % 32;
  int warp = threadIdx.x / 32;
  if (lane == 0) {
    warps[warp] = mine;
  }
  __syncthreads();
  if (warp == 0) {
    float all = lane < blockDim.x / 32 ? warps[lane] : 0;
    for (int distance = 16; distance > 0; distance /= 2) {
      all += __shfl_xor_sync(0xffffffff, all, distance);
    }
    if (lane == 0) {
      atomicAdd(sum, all);
    }
  }
}
