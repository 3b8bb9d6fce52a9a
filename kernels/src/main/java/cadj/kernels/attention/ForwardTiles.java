package cadj.kernels.attention;

import cadj.kernels.device.Factors;
import cadj.kernels.device.PtxSource;
import cadj.kernels.vectormath.PtxMath;
import java.util.ArrayList;
import java.util.List;

/// A kernel that computes attention forward, and what a block of it computes: in single precision
/// (`attention_forward.ptx`), or on tensor cores from rounded factors (`attention_forward_mma.ptx`,
/// of large heads `attention_forward_mma_wide.ptx`).
///
/// @param rows of the output, that is queries of one head
/// @param columns of the output: of all that a head has, unless those are more
record ForwardTiles(
    PtxSource source, String kernel, Factors factors, int rows, int columns, int threads) {
  private static final PtxSource SINGLE =
      PtxSource.beside(ForwardTiles.class, "attention_forward.ptx").with(PtxMath.SOURCE);
  private static final PtxSource MMA_RUN =
      PtxSource.beside(ForwardTiles.class, "attention_mma_run.ptx");
  private static final PtxSource ROUNDED =
      PtxSource.beside(ForwardTiles.class, "attention_forward_mma.ptx")
          .with(MMA_RUN)
          .with(PtxMath.SOURCE);
  private static final PtxSource WIDE =
      PtxSource.beside(ForwardTiles.class, "attention_forward_mma_wide.ptx")
          .with(MMA_RUN)
          .with(PtxMath.SOURCE);

  /// Sizes of a head that kernels are made for.
  private static final List<Integer> SIZES = List.of(40, 64, 80, 128, 160, 512);

  /// Of this size, the warps of a block share its queries; of smaller ones each has its own.
  private static final int LARGEST = 512;

  /// The largest of which a warp has 32 queries, not 16.
  private static final int SMALL = 64;

  private static final List<ForwardTiles> ALL = all();

  private static List<ForwardTiles> all() {
    List<ForwardTiles> all = new ArrayList<>();
    for (int size : SIZES) {
      PtxSource source = SINGLE.set("columns", Integer.toString(size));
      all.add(tiles(source, Factors.F32, 64, size));
    }
    for (int size : SIZES) {
      int rows = size <= SMALL ? 128 : size < LARGEST ? 64 : 32;
      PtxSource source = (size < LARGEST ? ROUNDED : WIDE).set("dim", Integer.toString(size));
      for (Factors factors : List.of(Factors.TF32, Factors.BF16)) {
        all.add(tiles(source.set("factors", factors.word()), factors, rows, size));
      }
    }
    return all;
  }

  private static ForwardTiles tiles(PtxSource source, Factors factors, int rows, int size) {
    String kernel = "attention_forward_" + factors.word() + "_" + size;
    return new ForwardTiles(source, kernel, factors, rows, size, size < LARGEST ? 128 : 256);
  }

  /// For heads of `dim`: from rounded factors if there is a kernel for just this size, else in
  /// single precision, with the fewest columns that are enough. Heads larger than any are computed
  /// by several blocks, each of which computes all scores.
  static ForwardTiles of(Factors factors, int dim) {
    for (ForwardTiles it : ALL) {
      if (it.factors == factors && it.columns == dim) {
        return it;
      }
    }
    for (ForwardTiles it : ALL) {
      if (it.factors == Factors.F32 && it.columns >= dim) {
        return it;
      }
    }
    return of(Factors.F32, LARGEST);
  }
}
