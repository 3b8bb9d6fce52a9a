package cadj.kernels.groupnorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;

/// Statistics of each block, then of each group from them, then the outputs.
///
/// Statistics of a block are taken about the block's own channel means while it is in cache, and
/// combined in double (Chan, Golub & LeVeque 1979): the accuracy of two passes, the traffic of one.
final class GroupNormForward {
  private final Blocks cut;
  private final F32 x;

  /// Mean and Σ(x − mean)² of each channel, [block][C].
  private final double[][] means;

  private final double[][] squares;

  /// y = scale·(x − centre) + shift, [N,C].
  private final float[] centre;

  private final float[] scale;
  private final float[] shift;

  GroupNormForward(Blocks cut, F32 x) {
    this.cut = cut;
    this.x = x;
    this.means = new double[cut.count()][cut.c()];
    this.squares = new double[cut.count()][cut.c()];
    this.centre = new float[cut.n() * cut.c()];
    this.scale = new float[centre.length];
    this.shift = new float[centre.length];
  }

  void run(
      Cpu cpu, F32 y, Buffer mean, Buffer rstd, Buffer weight, Buffer bias, int groups, float eps) {
    cpu.parallel(cut.count(), this::blockStatistics);
    cpu.parallelRange(
        cut.n() * groups,
        8,
        (from, to) -> {
          for (int group = from; group < to; group++) {
            groupStatistics(group, groups, mean, rstd, weight, bias, eps);
          }
        });
    cpu.parallel(cut.count(), i -> output(i, y));
  }

  private void blockStatistics(int i) {
    Blocks.Block block = cut.get(i);
    int pixels = block.size() / cut.c();
    int at = x.offset() + block.start();

    float[] sum = new float[cut.width()];
    Bands.sum(sum, x.array(), at, block.whole());
    if (block.rest() > 0) {
      Bands.sum(sum, cut.rest(block, x, new float[cut.width()]), 0, cut.width());
    }
    double[] sums = new double[cut.c()];
    cut.fold(sum, sums);
    float[] rounded = new float[cut.c()];
    for (int ch = 0; ch < cut.c(); ch++) {
      rounded[ch] = (float) (sums[ch] / pixels);
    }

    float[] about = cut.repeat(rounded, 0);
    float[] deviation = new float[cut.width()];
    float[] square = new float[cut.width()];
    Bands.deviations(deviation, square, x.array(), at, block.whole(), about);
    if (block.rest() > 0) {
      float[] rest = cut.rest(block, x, about);
      Bands.deviations(deviation, square, rest, 0, rest.length, about);
    }
    cut.fold(deviation, means[i]);
    cut.fold(square, squares[i]);
    for (int ch = 0; ch < cut.c(); ch++) {
      double missed = means[i][ch] / pixels;
      squares[i][ch] -= missed * missed * pixels;
      means[i][ch] = rounded[ch] + missed;
    }
  }

  private void groupStatistics(
      int group, int groups, Buffer mean, Buffer rstd, Buffer weight, Buffer bias, float eps) {
    int width = cut.c() / groups;
    int image = group / groups;
    int channel = (group - image * groups) * width;
    double count = (double) cut.hw() * width;
    double m = sum(image, channel, width) / count;
    double r = 1 / Math.sqrt(sumOfSquares(image, channel, width, m) / count + eps);
    mean.set(group, m);
    rstd.set(group, r);
    for (int ch = channel; ch < channel + width; ch++) {
      int at = image * cut.c() + ch;
      // The mean in two parts: x − (float) m is nearly exact, what m lost goes to the shift.
      centre[at] = (float) m;
      scale[at] = (float) (r * weight.get(ch));
      shift[at] = (float) (bias.get(ch) - (m - centre[at]) * r * weight.get(ch));
    }
  }

  private double sum(int image, int channel, int width) {
    double sum = 0;
    for (int i = 0; i < cut.perImage(); i++) {
      double block = 0;
      for (int ch = channel; ch < channel + width; ch++) {
        block += means[image * cut.perImage() + i][ch];
      }
      sum += block * cut.pixels(i);
    }
    return sum;
  }

  private double sumOfSquares(int image, int channel, int width, double mean) {
    double sum = 0;
    for (int i = 0; i < cut.perImage(); i++) {
      int block = image * cut.perImage() + i;
      for (int ch = channel; ch < channel + width; ch++) {
        double away = means[block][ch] - mean;
        sum += squares[block][ch] + cut.pixels(i) * away * away;
      }
    }
    return sum;
  }

  private void output(int i, F32 y) {
    Blocks.Block block = cut.get(i);
    float[] mid = cut.repeat(centre, block.image() * cut.c());
    float[] a = cut.repeat(scale, block.image() * cut.c());
    float[] b = cut.repeat(shift, block.image() * cut.c());
    int yAt = y.offset() + block.start();
    int xAt = x.offset() + block.start();
    Bands.affine(y.array(), yAt, x.array(), xAt, block.whole(), mid, a, b);
    if (block.rest() > 0) {
      float[] rest = cut.rest(block, x, mid);
      Bands.affine(rest, 0, rest, 0, rest.length, mid, a, b);
      System.arraycopy(rest, 0, y.array(), y.offset() + block.restAt(), block.rest());
    }
  }
}
