package cadj.kernels.groupnorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import java.util.Arrays;

/// Statistics of each block, then of each group from them, then the outputs.
///
/// A block's statistics of a group are taken about the block's own mean while it is in cache, and
/// combined in double (Chan, Golub & LeVeque 1979): the accuracy of two passes, the traffic of one.
final class GroupNormForward {
  private final GroupNormShape shape;
  private final Blocks cut;
  private final F32 x;

  /// Mean and Σ(x − mean)² of each group, [block][groups].
  private final double[][] means;

  private final double[][] squares;

  /// y = scale·(x − centre) + shift, [N,C].
  private final float[] centre;

  private final float[] scale;
  private final float[] shift;

  GroupNormForward(GroupNormShape shape, F32 x) {
    this.shape = shape;
    this.cut = Blocks.of(shape.n(), shape.hw(), shape.c());
    this.x = x;
    this.means = new double[cut.count()][shape.groups()];
    this.squares = new double[cut.count()][shape.groups()];
    this.centre = new float[shape.n() * shape.c()];
    this.scale = new float[centre.length];
    this.shift = new float[centre.length];
  }

  void run(Cpu cpu, F32 y, Buffer mean, Buffer rstd, Buffer weight, Buffer bias) {
    cpu.parallel(cut.count(), this::blockStatistics);
    F32 factors = F32.of(weight);
    F32 addends = F32.of(bias);
    for (int group = 0; group < shape.n() * shape.groups(); group++) {
      groupStatistics(group, mean, rstd, factors, addends);
    }
    cpu.parallel(cut.count(), i -> output(i, y));
  }

  private void blockStatistics(int i) {
    Blocks.Block block = cut.get(i);
    double count = (double) block.size() / shape.groups();
    int at = x.offset() + block.start();

    float[] sum = new float[cut.width()];
    BandLoops.sum(sum, x.array(), at, block.whole());
    if (block.rest() > 0) {
      BandLoops.sum(sum, cut.rest(block, x, new float[cut.width()]), 0, cut.width());
    }
    double[] mean = means[i];
    cut.fold(sum, mean, shape.width());
    float[] rounded = new float[cut.c()];
    for (int group = 0; group < shape.groups(); group++) {
      int first = group * shape.width();
      Arrays.fill(rounded, first, first + shape.width(), (float) (mean[group] / count));
    }

    float[] about = cut.repeat(rounded, 0);
    float[] deviation = new float[cut.width()];
    float[] square = new float[cut.width()];
    BandLoops.deviations(deviation, square, x.array(), at, block.whole(), about);
    if (block.rest() > 0) {
      float[] rest = cut.rest(block, x, about);
      BandLoops.deviations(deviation, square, rest, 0, rest.length, about);
    }
    Arrays.fill(mean, 0);
    cut.fold(deviation, mean, shape.width());
    cut.fold(square, squares[i], shape.width());
    for (int group = 0; group < shape.groups(); group++) {
      double missed = mean[group] / count;
      squares[i][group] -= missed * missed * count;
      mean[group] = rounded[group * shape.width()] + missed;
    }
  }

  private void groupStatistics(int i, Buffer mean, Buffer rstd, F32 weight, F32 bias) {
    int image = i / shape.groups();
    int group = i - image * shape.groups();
    double count = (double) shape.hw() * shape.width();
    double m = 0;
    for (int block = 0; block < cut.perImage(); block++) {
      m += means[image * cut.perImage() + block][group] * cut.pixels(block) / shape.hw();
    }
    double sum = 0;
    for (int block = 0; block < cut.perImage(); block++) {
      double away = means[image * cut.perImage() + block][group] - m;
      sum += squares[image * cut.perImage() + block][group];
      sum += away * away * cut.pixels(block) * shape.width();
    }
    double r = 1 / Math.sqrt(sum / count + shape.eps());
    mean.set(i, m);
    rstd.set(i, r);
    for (int ch = group * shape.width(); ch < (group + 1) * shape.width(); ch++) {
      int at = image * shape.c() + ch;
      double factor = r * weight.array()[weight.offset() + ch];
      // The mean in two parts: x − (float) m is nearly exact, what m lost goes to the shift.
      centre[at] = (float) m;
      scale[at] = (float) factor;
      shift[at] = (float) (bias.array()[bias.offset() + ch] - (m - centre[at]) * factor);
    }
  }

  private void output(int i, F32 y) {
    Blocks.Block block = cut.get(i);
    float[] mid = cut.repeat(centre, block.image() * cut.c());
    float[] a = cut.repeat(scale, block.image() * cut.c());
    float[] b = cut.repeat(shift, block.image() * cut.c());
    output(
        y.array(),
        y.offset() + block.start(),
        x.array(),
        x.offset() + block.start(),
        block.whole(),
        mid,
        a,
        b);
    if (block.rest() > 0) {
      float[] rest = cut.rest(block, x, mid);
      output(rest, 0, rest, 0, rest.length, mid, a, b);
      System.arraycopy(rest, 0, y.array(), y.offset() + block.restAt(), block.rest());
    }
  }

  private void output(
      float[] y, int yAt, float[] x, int xAt, int n, float[] mid, float[] a, float[] b) {
    if (shape.silu()) {
      BandLoops.silu(y, yAt, x, xAt, n, mid, a, b);
    } else {
      BandLoops.affine(y, yAt, x, xAt, n, mid, a, b);
    }
  }
}
