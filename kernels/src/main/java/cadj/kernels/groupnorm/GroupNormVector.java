package cadj.kernels.groupnorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Three phases: sums per channel of each block, in parallel; sums per group from them; then the
/// outputs, block by block in parallel.
///
/// Statistics of a block are taken about the block's own channel means while it is in cache, and
/// combined in double (Chan, Golub & LeVeque 1979): the accuracy of two passes, the traffic of one.
final class GroupNormVector implements GroupNormKernel {
  private final Cpu cpu;

  GroupNormVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void forward(
      Buffer y,
      Buffer mean,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      Buffer bias,
      int n,
      int hw,
      int c,
      int groups,
      float eps) {
    Blocks cut = Blocks.of(hw, c);
    F32 in = F32.of(x.slice(0, n * hw * c));
    F32 out = F32.of(y.slice(0, n * hw * c));
    double[][] means = new double[n * cut.perImage()][c];
    double[][] squares = new double[n * cut.perImage()][c];
    cpu.parallel(means.length, task -> statistics(cut, task, in, means[task], squares[task]));

    float[] centre = new float[n * c];
    float[] scale = new float[n * c];
    float[] shift = new float[n * c];
    int width = c / groups;
    cpu.parallelRange(
        n * groups,
        8,
        (from, to) -> {
          for (int g = from; g < to; g++) {
            int image = g / groups;
            int channel = (g - image * groups) * width;
            double m = groupMean(cut, image, channel, width, means);
            double s = groupSquares(cut, image, channel, width, means, squares, m);
            double r = 1 / Math.sqrt(s / ((double) hw * width) + eps);
            mean.set(g, m);
            rstd.set(g, r);
            for (int ch = channel; ch < channel + width; ch++) {
              int at = image * c + ch;
              // The mean in two parts: x − (float) m is nearly exact, what m lost goes to the
              // shift.
              centre[at] = (float) m;
              scale[at] = (float) (r * weight.get(ch));
              shift[at] = (float) (bias.get(ch) - (m - centre[at]) * r * weight.get(ch));
            }
          }
        });

    cpu.parallel(
        n * cut.perImage(),
        task -> {
          int image = task / cut.perImage();
          int b = task - image * cut.perImage();
          float[] mid = cut.repeat(centre, image * c);
          float[] a = cut.repeat(scale, image * c);
          float[] d = cut.repeat(shift, image * c);
          int start = cut.start(image, b);
          int size = cut.pixels(b) * c;
          int whole = size - size % cut.width();
          Bands.affine(
              out.array(), out.offset() + start, in.array(), in.offset() + start, whole, mid, a, d);
          if (whole < size) {
            float[] band = band(cut, in, start + whole, size - whole, mid);
            Bands.affine(band, 0, band, 0, band.length, mid, a, d);
            System.arraycopy(band, 0, out.array(), out.offset() + start + whole, size - whole);
          }
        });
  }

  /// Mean and Σ(x − mean)² of each channel in one block.
  private static void statistics(Blocks cut, int task, F32 x, double[] means, double[] squares) {
    int image = task / cut.perImage();
    int b = task - image * cut.perImage();
    int start = cut.start(image, b);
    int pixels = cut.pixels(b);
    int size = pixels * cut.c();
    int whole = size - size % cut.width();
    float[] zero = new float[cut.width()];

    float[] sum = new float[cut.width()];
    Bands.sum(sum, x.array(), x.offset() + start, whole);
    if (whole < size) {
      Bands.sum(sum, band(cut, x, start + whole, size - whole, zero), 0, zero.length);
    }
    double[] sums = new double[cut.c()];
    cut.fold(sum, sums, 0);
    float[] perChannel = new float[cut.c()];
    for (int ch = 0; ch < cut.c(); ch++) {
      perChannel[ch] = (float) (sums[ch] / pixels);
    }

    float[] centre = cut.repeat(perChannel, 0);
    float[] deviation = new float[cut.width()];
    float[] square = new float[cut.width()];
    Bands.deviations(deviation, square, x.array(), x.offset() + start, whole, centre);
    if (whole < size) {
      float[] band = band(cut, x, start + whole, size - whole, centre);
      Bands.deviations(deviation, square, band, 0, band.length, centre);
    }
    cut.fold(deviation, means, 0);
    cut.fold(square, squares, 0);
    for (int ch = 0; ch < cut.c(); ch++) {
      double missed = means[ch] / pixels;
      squares[ch] -= missed * missed * pixels;
      means[ch] = perChannel[ch] + missed;
    }
  }

  private static double groupMean(Blocks cut, int image, int channel, int width, double[][] means) {
    double sum = 0;
    for (int b = 0; b < cut.perImage(); b++) {
      double block = 0;
      for (int ch = channel; ch < channel + width; ch++) {
        block += means[image * cut.perImage() + b][ch];
      }
      sum += block * cut.pixels(b);
    }
    return sum / ((double) cut.hw() * width);
  }

  private static double groupSquares(
      Blocks cut,
      int image,
      int channel,
      int width,
      double[][] means,
      double[][] squares,
      double mean) {
    double sum = 0;
    for (int b = 0; b < cut.perImage(); b++) {
      int at = image * cut.perImage() + b;
      for (int ch = channel; ch < channel + width; ch++) {
        double away = means[at][ch] - mean;
        sum += squares[at][ch] + cut.pixels(b) * away * away;
      }
    }
    return sum;
  }

  @Override
  public void backward(
      @Nullable Buffer dx,
      @Nullable Buffer dweight,
      @Nullable Buffer dbias,
      Buffer dy,
      Buffer mean,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      int n,
      int hw,
      int c,
      int groups) {
    Blocks cut = Blocks.of(hw, c);
    F32 in = F32.of(x.slice(0, n * hw * c));
    F32 gradient = F32.of(dy.slice(0, n * hw * c));
    int width = c / groups;
    float[] centre = new float[n * c];
    for (int i = 0; i < centre.length; i++) {
      centre[i] = (float) mean.get(i / width);
    }
    double[][] sums = new double[n * cut.perImage()][c];
    double[][] products = new double[n * cut.perImage()][c];
    cpu.parallel(
        sums.length,
        task -> gradients(cut, task, gradient, in, centre, sums[task], products[task]));
    double[][] sum = perImage(cut, n, sums);
    double[][] product = perImage(cut, n, products);

    for (int ch = 0; ch < c; ch++) {
      double dw = 0;
      double db = 0;
      // Without pixels the sums are empty, and the statistics not numbers.
      for (int image = 0; image < n && hw > 0; image++) {
        dw += product[image][ch] * rstd.get(image * groups + ch / width);
        db += sum[image][ch];
      }
      if (dweight != null) {
        dweight.set(ch, dw);
      }
      if (dbias != null) {
        dbias.set(ch, db);
      }
    }
    if (dx != null) {
      F32 out = F32.of(dx.slice(0, n * hw * c));
      inputGradient(cut, out, gradient, in, centre, rstd, weight, sum, product, groups);
    }
  }

  /// Σ dy and Σ dy·(x − mean) of each channel in one block.
  private static void gradients(
      Blocks cut, int task, F32 dy, F32 x, float[] centre, double[] sums, double[] products) {
    int image = task / cut.perImage();
    int b = task - image * cut.perImage();
    int start = cut.start(image, b);
    int size = cut.pixels(b) * cut.c();
    int whole = size - size % cut.width();
    float[] mid = cut.repeat(centre, image * cut.c());
    float[] sum = new float[cut.width()];
    float[] product = new float[cut.width()];
    Bands.gradients(
        sum, product, dy.array(), dy.offset() + start, x.array(), x.offset() + start, whole, mid);
    if (whole < size) {
      float[] g = band(cut, dy, start + whole, size - whole, new float[cut.width()]);
      float[] v = band(cut, x, start + whole, size - whole, mid);
      Bands.gradients(sum, product, g, 0, v, 0, v.length, mid);
    }
    cut.fold(sum, sums, 0);
    cut.fold(product, products, 0);
  }

  /// Sums over the blocks of each image.
  private static double[][] perImage(Blocks cut, int n, double[][] blocks) {
    double[][] sums = new double[n][cut.c()];
    for (int i = 0; i < blocks.length; i++) {
      double[] sum = sums[i / cut.perImage()];
      for (int ch = 0; ch < sum.length; ch++) {
        sum[ch] += blocks[i][ch];
      }
    }
    return sums;
  }

  /// dx = rstd·weight·dy − rstd·mean(g) − (x − mean)·rstd²·mean(g·x̂): per channel three factors.
  private void inputGradient(
      Blocks cut,
      F32 dx,
      F32 dy,
      F32 x,
      float[] centre,
      Buffer rstd,
      Buffer weight,
      double[][] sum,
      double[][] product,
      int groups) {
    int c = cut.c();
    int width = c / groups;
    double count = (double) cut.hw() * width;
    float[] a = new float[centre.length];
    float[] s = new float[centre.length];
    float[] d = new float[centre.length];
    for (int g = 0; g < sum.length * groups; g++) {
      int image = g / groups;
      int channel = (g - image * groups) * width;
      double r = rstd.get(g);
      double gSum = 0;
      double gXhat = 0;
      for (int ch = channel; ch < channel + width; ch++) {
        gSum += sum[image][ch] * weight.get(ch);
        gXhat += product[image][ch] * weight.get(ch) * r;
      }
      for (int ch = channel; ch < channel + width; ch++) {
        a[image * c + ch] = (float) (r * weight.get(ch));
        s[image * c + ch] = (float) (-r * r * gXhat / count);
        d[image * c + ch] = (float) (-r * gSum / count);
      }
    }
    cpu.parallel(
        sum.length * cut.perImage(),
        task -> {
          int image = task / cut.perImage();
          int b = task - image * cut.perImage();
          float[] mid = cut.repeat(centre, image * c);
          float[] forDy = cut.repeat(a, image * c);
          float[] forX = cut.repeat(s, image * c);
          float[] shift = cut.repeat(d, image * c);
          int start = cut.start(image, b);
          int size = cut.pixels(b) * c;
          int whole = size - size % cut.width();
          Bands.project(
              dx.array(),
              dx.offset() + start,
              dy.array(),
              dy.offset() + start,
              x.array(),
              x.offset() + start,
              whole,
              mid,
              forDy,
              forX,
              shift);
          if (whole < size) {
            float[] g = band(cut, dy, start + whole, size - whole, mid);
            float[] v = band(cut, x, start + whole, size - whole, mid);
            Bands.project(g, 0, g, 0, v, 0, v.length, mid, forDy, forX, shift);
            System.arraycopy(g, 0, dx.array(), dx.offset() + start + whole, size - whole);
          }
        });
  }

  /// A band of `count` floats of x from `start`, filled up with `padding`.
  private static float[] band(Blocks cut, F32 x, int start, int count, float[] padding) {
    float[] band = Arrays.copyOf(padding, cut.width());
    System.arraycopy(x.array(), x.offset() + start, band, 0, count);
    return band;
  }
}
