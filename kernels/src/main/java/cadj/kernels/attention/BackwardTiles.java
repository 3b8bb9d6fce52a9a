package cadj.kernels.attention;

import cadj.kernels.device.Factors;
import cadj.kernels.device.PtxSource;
import java.util.List;

/// The kernels of one size that compute attention backward, and what a block of them takes: in
/// single precision (`attention_backward.ptx`), or on tensor cores from rounded factors
/// (`attention_backward_mma.ptx`).
///
/// @param rows of the gradients, that is queries or keys of one head, that a block computes
/// @param columns of the gradients that a block computes: of all that a head has, unless those are
///   more
/// @param sharedBytes dynamic shared memory of a block
record BackwardTiles(
    PtxSource source, Factors factors, int rows, int columns, int threads, int sharedBytes) {
  /// Sizes of a head in Stable Diffusion 1 and 2 (40, 64, 80, 160), XL and 3 (64), autoencoders
  /// (512), and others' (128).
  static final List<Integer> ROUNDED = List.of(40, 64, 80, 128, 160, 512);

  /// The same in single precision, any other by the next larger one; of the largest, dk and dv are
  /// computed by two blocks.
  static final List<Integer> SINGLE = List.of(40, 64, 80, 128, 160, 256, 512);

  private static final int MOST_FOR_KEYS = 256;

  private static final PtxSource RUN =
      PtxSource.beside(BackwardTiles.class, "attention_backward_run.ptx");
  private static final PtxSource PLAIN =
      PtxSource.beside(BackwardTiles.class, "attention_backward.ptx").with(RUN);
  private static final PtxSource MMA =
      PtxSource.beside(BackwardTiles.class, "attention_backward_mma.ptx").with(RUN);

  /// The one whose rows are the queries, which computes dq, or the keys, for dk and dv.
  enum Pass {
    QUERIES,
    KEYS
  }

  /// For heads of `dim`: from rounded factors if there are kernels for just this size, else in
  /// single precision.
  static BackwardTiles of(Pass pass, Factors factors, int dim) {
    return factors != Factors.F32 && ROUNDED.contains(dim)
        ? rounded(factors, dim)
        : single(pass, dim);
  }

  private static BackwardTiles single(Pass pass, int dim) {
    int most = pass == Pass.KEYS ? MOST_FOR_KEYS : SINGLE.getLast();
    int columns = SINGLE.stream().filter(it -> it >= dim).findFirst().orElse(most);
    int own = Math.min(columns, most);
    PtxSource source = PLAIN.set("dim", Integer.toString(own));
    return new BackwardTiles(source, Factors.F32, 64, own, own <= 80 ? 128 : 256, 0);
  }

  /// As the template reckons. In shared memory are tiles of the columns' two operands and, unless
  /// they are in registers, of the rows', in parts of the dims if those are too many; two numbers
  /// of each column; and, if warps share their rows and there is no room that is free by then, p
  /// and ds.
  private static BackwardTiles rounded(Factors factors, int dim) {
    int size = factors == Factors.TF32 ? 4 : 2;
    int sharing = dim <= 128 ? 1 : dim < 512 ? 2 : 4;
    int warps = sharing > 1 ? 8 : 4;
    int rows = 16 * warps / sharing;
    int columns = (16 * sharing) << (dim < 128 ? 1 : 0);
    int parts = dim < 512 ? Math.ceilDiv(dim * size, 320) : 8;
    int bytes = dim * size / parts;
    int pitch = bytes / 16 % 2 == 1 ? bytes : bytes + 16;
    boolean rowsInRegisters = dim < 64 || (dim == 64 && size == 4);
    int tokens = rowsInRegisters ? columns : columns + rows;
    int factorBytes = sharing > 1 && parts == 1 ? 2 * rows * (columns * size + 16) : 0;
    int sharedBytes = 2 * tokens * pitch + 2 * columns * Float.BYTES + factorBytes;
    PtxSource source = MMA.set("dim", Integer.toString(dim)).set("factors", factors.word());
    return new BackwardTiles(source, factors, rows, dim, 32 * warps, sharedBytes);
  }

  String kernel(Pass pass) {
    String name = pass == Pass.QUERIES ? "queries" : "keys";
    return "attention_backward_%s_%s_%d".formatted(name, factors.word(), columns);
  }
}
