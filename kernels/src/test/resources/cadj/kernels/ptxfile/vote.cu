// What the threads of a warp and of a block tell one another about x; 12 results per thread.
extern "C" __global__ void vote(unsigned int *y, const int *x) {
  int t = threadIdx.x;
  int mine = x[t];
  unsigned int *to = y + 12 * t;
  int same;
  to[0] = __ballot_sync(0xffffffff, mine > 4);
  to[1] = __all_sync(0xffffffff, mine > 4);
  to[2] = __any_sync(0xffffffff, mine > 4);
  to[3] = __match_any_sync(0xffffffff, mine);
  to[4] = __match_all_sync(0xffffffff, mine / 16, &same);
  to[5] = same;
  to[6] = __activemask();
  to[7] = 0;
  if (mine % 2 == 1) {
    to[7] = __activemask();
  }
  __syncwarp();
  to[8] = __syncthreads_count(mine > 4);
  to[9] = __syncthreads_and(mine > 4);
  to[10] = __syncthreads_or(mine > 4);
  to[11] = __match_any_sync(0xffffffff, 1000000000000ll * mine);
}
