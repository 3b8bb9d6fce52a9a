package cadj.kernels.random;

/// MT19937, Matsumoto & Nishimura 1998: 624 words of state, period 2¹⁹⁹³⁷ − 1, words of 32 bits.
final class MersenneTwister {
  private static final int N = 624;
  private static final int M = 397;

  private final int[] state = new int[N];
  private int next = N;

  /// The authors' `init_genrand`.
  MersenneTwister(int seed) {
    state[0] = seed;
    for (int i = 1; i < N; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  int next() {
    if (next == N) {
      regenerate();
    }
    int y = state[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  private void regenerate() {
    for (int i = 0; i < N; i++) {
      int joined = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
      int twist = (joined & 1) == 0 ? 0 : 0x9908b0df;
      state[i] = state[(i + M) % N] ^ (joined >>> 1) ^ twist;
    }
    next = 0;
  }
}
