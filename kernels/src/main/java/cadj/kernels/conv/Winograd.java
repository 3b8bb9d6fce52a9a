package cadj.kernels.conv;

import cadj.kernels.gemm.PackedProduct;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Winograd's minimal filtering F(m×m, 3×3), Lavin & Gray 2015 (arXiv:1509.09308).
///
/// ```
/// Y  = Aᵀ[(G g Gᵀ) ∘ (Bᵀ d B)]A
/// dg = Gᵀ[Σ (A dY Aᵀ) ∘ (Bᵀ d B)]G       the adjoint in g, summed over tiles
/// ```
///
/// A tile d of (m+2)² pixels and nine weights g, both transformed, give m² outputs by (m+2)²
/// products instead of 9·m². Transforms are linear and work on a vector of channels at a time; a
/// size of tile knows those of pixels and products in one dimension, [#input] and [#output], and
/// here they are applied to columns and then to rows.
sealed interface Winograd permits WinogradF2, WinogradF4 {
  int LANES = PackedProduct.WIDTH / 2;

  /// Most elements of a transformed tile.
  int MAX_ELEMENTS = 36;

  /// Floats of scratch that the transforms need.
  int SCRATCH = MAX_ELEMENTS * LANES;

  /// The tiles that make `s` fastest, if outputs are outH·outW (the shape's own forward, its
  /// inputs' size backward), or null for none: the least of three costs, see [#cost].
  static @Nullable Winograd choose(Conv2dShape s, int outH, int outW) {
    double direct = 9.0 * s.n() * outH * outW + 355;
    return cheapest(s, direct, tiles -> tiles.cost(s, outH, outW));
  }

  /// The tiles that make the gradient of the weights of `s` fastest, or null for none, see
  /// [#gradientCost].
  static @Nullable Winograd chooseForWeights(Conv2dShape s) {
    double direct = 9.0 * s.n() * s.ho() * s.wo() + 400;
    return cheapest(s, direct, tiles -> tiles.gradientCost(s));
  }

  private static @Nullable Winograd cheapest(
      Conv2dShape s, double direct, ToDoubleFunction<Winograd> cost) {
    if (s.kh() != 3 || s.kw() != 3 || s.strideH() != 1 || s.strideW() != 1 || s.groups() != 1) {
      return null;
    }
    Winograd small = new WinogradF2();
    Winograd large = new WinogradF4();
    Winograd best = cost.applyAsDouble(small) <= cost.applyAsDouble(large) ? small : large;
    return cost.applyAsDouble(best) < direct ? best : null;
  }

  /// Side of a tile of outputs: m.
  int outputs();

  /// What the tiles are called.
  String words();

  /// Bᵀ d: m+2 vectors from `at` on, `step` apart, to as many.
  void input(float[] from, int at, int step, float[] to, int toAt, int toStep);

  /// G g Gᵀ of `count` kernels of nine taps `step` apart, to elements `toStep` apart; the next
  /// kernel lies `next` further, its result `toNext`.
  void weights(
      float[] from,
      int at,
      int step,
      int next,
      float[] to,
      int toAt,
      int toStep,
      int toNext,
      int count);

  /// Aᵀ y: m+2 vectors to m.
  void output(float[] from, int at, int step, float[] to, int toAt, int toStep);

  /// A y, the adjoint of [#output]: m vectors to m+2.
  void outputAdjoint(float[] from, int at, int step, float[] to, int toAt, int toStep);

  /// Gᵀ u, the adjoint of G in one dimension: m+2 vectors to three.
  void weightsAdjoint(float[] from, int at, int step, float[] to, int toAt, int toStep);

  /// Side of a tile of inputs.
  default int span() {
    return outputs() + 2;
  }

  /// Elements of a transformed tile.
  default int elements() {
    return span() * span();
  }

  /// What a convolution costs with these tiles, in multiplications for each of its Ci·Co kernels.
  ///
  /// Products dominate. To them come the transforms of a tile's channels, which weigh the more the
  /// fewer channels share them, and of the weights, which few tiles share in a small image. The
  /// constants are measured, with 16 lanes and two multiplications of as many a cycle, and so is
  /// what the implicit product pays for packing its weights: the 355 above. Most of it is reading
  /// them from memory.
  private double cost(Conv2dShape s, int outH, int outW) {
    double transforms = 1 + 48.0 / s.ci() + 48.0 / s.co();
    return products(s, outH, outW) * transforms + weightCost();
  }

  /// The same for the gradient of the weights: to products come the transforms of a tile's
  /// channels, and that of a kernel's gradient. The 400 above is what the implicit product pays for
  /// writing it twice, as product and with its taps innermost.
  private double gradientCost(Conv2dShape s) {
    double transforms = 1 + 24.0 / s.ci() + 24.0 / s.co();
    return products(s, s.ho(), s.wo()) * transforms + sumCost();
  }

  private double products(Conv2dShape s, int outH, int outW) {
    double tiles = (double) s.n() * Math.ceilDiv(outH, outputs()) * Math.ceilDiv(outW, outputs());
    return tiles * elements();
  }

  /// Multiplications that take as long as transforming one kernel.
  double weightCost();

  /// Multiplications that take as long as transforming and writing the gradient of one.
  double sumCost();

  /// Bᵀ d B of pixels `step` apart, in rows of the tile.
  default void inputTile(
      float[] from, int at, int step, float[] to, int toAt, int toStep, float[] scratch) {
    int span = span();
    for (int j = 0; j < span; j++) {
      input(from, at + j * step, span * step, scratch, j * LANES, span * LANES);
    }
    for (int i = 0; i < span; i++) {
      input(scratch, i * span * LANES, LANES, to, toAt + i * span * toStep, toStep);
    }
  }

  /// Aᵀ y A of products `step` apart.
  default void outputTile(
      float[] from, int at, int step, float[] to, int toAt, int toStep, float[] scratch) {
    int span = span();
    for (int j = 0; j < span; j++) {
      output(from, at + j * step, span * step, scratch, j * LANES, span * LANES);
    }
    for (int i = 0; i < outputs(); i++) {
      output(scratch, i * span * LANES, LANES, to, toAt + i * outputs() * toStep, toStep);
    }
  }

  /// A y Aᵀ of outputs' gradients `step` apart.
  default void outputAdjointTile(
      float[] from, int at, int step, float[] to, int toAt, int toStep, float[] scratch) {
    int size = outputs();
    for (int j = 0; j < size; j++) {
      outputAdjoint(from, at + j * step, size * step, scratch, j * LANES, size * LANES);
    }
    for (int i = 0; i < span(); i++) {
      outputAdjoint(scratch, i * size * LANES, LANES, to, toAt + i * span() * toStep, toStep);
    }
  }

  /// Gᵀ u G of transformed weights' gradients `step` apart.
  default void weightsAdjointTile(
      float[] from, int at, int step, float[] to, int toAt, int toStep, float[] scratch) {
    int span = span();
    for (int j = 0; j < span; j++) {
      weightsAdjoint(from, at + j * step, span * step, scratch, j * LANES, span * LANES);
    }
    for (int i = 0; i < 3; i++) {
      weightsAdjoint(scratch, i * span * LANES, LANES, to, toAt + i * 3 * toStep, toStep);
    }
  }
}
