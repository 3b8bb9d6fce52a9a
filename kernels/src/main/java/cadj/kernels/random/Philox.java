package cadj.kernels.random;

/// Philox4x32-10, Salmon et al. 2011 ("Parallel random numbers: as easy as 1, 2, 3"): four random
/// words for each pair of a key (64 bits) and a counter (128 bits), by ten rounds of
///
/// ```
/// (c₀, c₁, c₂, c₃) ← (hi(M₁·c₂) ⊕ c₁ ⊕ k₀, lo(M₁·c₂), hi(M₀·c₀) ⊕ c₃ ⊕ k₁, lo(M₀·c₀))
/// ```
///
/// after each of which the key is raised by (W₀, W₁). There is no state: any word can be had at
/// once.
public final class Philox {
  private static final int ROUNDS = 10;
  private static final long M0 = 0xD2511F53L;
  private static final long M1 = 0xCD9E8D57L;
  private static final int W0 = 0x9E3779B9;
  private static final int W1 = 0xBB67AE85;
  private static final long LOW = 0xFFFF_FFFFL;

  private Philox() {}

  /// The four words of a counter, each 0 … 2³²−1 as an unsigned int.
  ///
  /// @param low the counter's lower half, c₀ being the lower of its words
  /// @param high its upper half, c₂ being the lower of its words
  public static int[] words(long key, long low, long high) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    int c0 = (int) low;
    int c1 = (int) (low >>> 32);
    int c2 = (int) high;
    int c3 = (int) (high >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long first = M0 * (c0 & LOW);
      long second = M1 * (c2 & LOW);
      c0 = (int) (second >>> 32) ^ c1 ^ k0;
      c1 = (int) second;
      c2 = (int) (first >>> 32) ^ c3 ^ k1;
      c3 = (int) first;
      k0 += W0;
      k1 += W1;
    }
    return new int[] {c0, c1, c2, c3};
  }
}
