package cadj.kernels.random;

import cadj.kernels.device.F32;
import cadj.kernels.device.I64;
import org.jspecify.annotations.Nullable;

/// What `torch.Generator().manual_seed(seed)` draws on the CPU.
///
/// Integers and uniforms are the same bits; normals differ by 2 units in the last place at most,
/// and by none from PyTorch's builds for AVX2.
public final class TorchGenerator implements Generator {
  /// From this many normals on, PyTorch draws them in blocks of this size.
  private static final int BLOCK = 16;

  private static final long TWO_TO_32 = 1L << 32;

  private final MersenneTwister engine;
  private @Nullable Double keptNormal;

  /// @param seed its low 32 bits count, as in PyTorch
  public TorchGenerator(long seed) {
    engine = new MersenneTwister((int) seed);
  }

  /// 32 random bits, as 0 … 2³²−1.
  public long random32() {
    return Integer.toUnsignedLong(engine.next());
  }

  /// 64 random bits, the first word drawn being the upper one.
  public long random64() {
    long upper = random32();
    return upper << 32 | random32();
  }

  /// `torch.rand`: fp32 uniforms in [0, 1), multiples of 2⁻²⁴.
  public void rand(F32 out) {
    for (int i = 0; i < out.length(); i++) {
      out.set(i, uniform());
    }
  }

  /// `torch.randn`: fp32 standard normals, by Box & Muller's transform.
  ///
  /// Fewer than 16 are drawn one by one in double precision, and the second of each pair is kept
  /// for the next such draw. From 16 on, all uniforms are drawn first and paired within blocks of
  /// 16; a last block cut short is drawn anew, over the end of the one before.
  @Override
  public void randn(F32 out) {
    int n = out.length();
    if (n < BLOCK) {
      for (int i = 0; i < n; i++) {
        out.set(i, (float) normal());
      }
      return;
    }
    rand(out);
    for (int i = 0; i <= n - BLOCK; i += BLOCK) {
      transform(out.slice(i, BLOCK));
    }
    if (n % BLOCK != 0) {
      F32 tail = out.slice(n - BLOCK, BLOCK);
      rand(tail);
      transform(tail);
    }
  }

  /// `torch.randint(low, high)`: integers from `low` (inclusive) to `high` (exclusive).
  public void randint(I64 out, long low, long high) {
    if (low >= high) {
      throw new IllegalArgumentException(
          "randint: expected low < high, got %d and %d".formatted(low, high));
    }
    long range = high - low;
    boolean wide = range < 0 || range >= TWO_TO_32;
    for (int i = 0; i < out.length(); i++) {
      long drawn = wide ? Long.remainderUnsigned(random64(), range) : random32() % range;
      out.array()[out.offset() + i] = low + drawn;
    }
  }

  /// `torch.randperm`: the numbers 0 … n−1 in random order (Fisher–Yates from the front).
  public long[] randperm(int n) {
    long[] order = new long[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    // beyond this PyTorch takes 64 bits a draw, so that the remainder's bias stays small
    boolean wide = n >= 0xffff_ffffL / 20;
    for (int i = 0; i < n - 1; i++) {
      int left = n - i;
      int j = i + (int) (wide ? Long.remainderUnsigned(random64(), left) : random32() % left);
      long taken = order[j];
      order[j] = order[i];
      order[i] = taken;
    }
    return order;
  }

  private float uniform() {
    return (engine.next() & 0xffffff) * 0x1p-24f;
  }

  private double uniformDouble() {
    return (random64() & ((1L << 53) - 1)) * 0x1p-53;
  }

  private double normal() {
    if (keptNormal != null) {
      double kept = keptNormal;
      keptNormal = null;
      return kept;
    }
    double u1 = uniformDouble();
    double u2 = uniformDouble();
    double radius = Math.sqrt(-2 * Math.log1p(-u2));
    double angle = 2 * Math.PI * u1;
    keptNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /// Turns 16 uniforms into normals, each of the first eight paired with the one 8 further on.
  private static void transform(F32 block) {
    for (int i = 0; i < BLOCK / 2; i++) {
      float u1 = 1 - (float) block.get(i);
      float u2 = (float) block.get(i + BLOCK / 2);
      float radius = (float) Math.sqrt(-2 * Cephes.log(u1));
      float angle = (float) (2 * Math.PI) * u2;
      block.set(i, radius * Cephes.cos(angle));
      block.set(i + BLOCK / 2, radius * Cephes.sin(angle));
    }
  }
}
