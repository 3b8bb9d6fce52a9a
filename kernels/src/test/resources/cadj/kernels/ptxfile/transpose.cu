// y = the transpose of x [rows, columns], a tile of 32 x 32 at a time through shared memory.
// A row of the tile is one longer than it is wide, so that a column lies in 32 banks.
extern "C" __global__ void transpose(float *y, const float *x, int rows, int columns) {
  __shared__ float tile[32][33];
  int column = blockIdx.x * 32 + threadIdx.x;
  int row = blockIdx.y * 32 + threadIdx.y;
  for (int i = 0; i < 32; i += blockDim.y) {
    if (row + i < rows && column < columns) {
      tile[threadIdx.y + i][threadIdx.x] = x[(row + i) * columns + column];
    }
  }
  __syncthreads();
  column = blockIdx.y * 32 + threadIdx.x;
  row = blockIdx.x * 32 + threadIdx.y;
  for (int i = 0; i < 32; i += blockDim.y) {
    if (row + i < columns && column < rows) {
      y[(row + i) * rows + column] = tile[threadIdx.x][threadIdx.y + i];
    }
  }
}
