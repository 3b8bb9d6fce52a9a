package cadj.kernels.groupnorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import org.jspecify.annotations.Nullable;

/// Σ dy and Σ dy·(x − mean) of each channel, block by block; all gradients follow from these.
final class GroupNormBackward {
  private final Blocks cut;
  private final int groups;
  private final F32 dy;
  private final F32 x;
  private final Buffer rstd;
  private final Buffer weight;

  /// The mean of each channel's group, [N,C].
  private final float[] centre;

  /// Σ dy and Σ dy·(x − mean), [N][C].
  private final double[][] sums;

  private final double[][] products;

  GroupNormBackward(
      Blocks cut, int groups, Cpu cpu, F32 dy, Buffer mean, Buffer rstd, F32 x, Buffer weight) {
    this.cut = cut;
    this.groups = groups;
    this.dy = dy;
    this.x = x;
    this.rstd = rstd;
    this.weight = weight;
    this.centre = new float[cut.n() * cut.c()];
    int width = cut.c() / groups;
    for (int i = 0; i < centre.length; i++) {
      centre[i] = (float) mean.get(i / width);
    }
    double[][] blockSums = new double[cut.count()][cut.c()];
    double[][] blockProducts = new double[cut.count()][cut.c()];
    cpu.parallel(cut.count(), i -> block(i, blockSums[i], blockProducts[i]));
    this.sums = perImage(blockSums);
    this.products = perImage(blockProducts);
  }

  private void block(int i, double[] sum, double[] product) {
    Blocks.Block block = cut.get(i);
    float[] mid = cut.repeat(centre, block.image() * cut.c());
    float[] s = new float[cut.width()];
    float[] p = new float[cut.width()];
    int dyAt = dy.offset() + block.start();
    int xAt = x.offset() + block.start();
    Bands.gradients(s, p, dy.array(), dyAt, x.array(), xAt, block.whole(), mid);
    if (block.rest() > 0) {
      float[] g = cut.rest(block, dy, new float[cut.width()]);
      Bands.gradients(s, p, g, 0, cut.rest(block, x, mid), 0, g.length, mid);
    }
    cut.fold(s, sum);
    cut.fold(p, product);
  }

  private double[][] perImage(double[][] blocks) {
    double[][] total = new double[cut.n()][cut.c()];
    for (int i = 0; i < blocks.length; i++) {
      double[] sum = total[i / cut.perImage()];
      for (int ch = 0; ch < sum.length; ch++) {
        sum[ch] += blocks[i][ch];
      }
    }
    return total;
  }

  void parameters(@Nullable Buffer dweight, @Nullable Buffer dbias) {
    int width = cut.c() / groups;
    for (int ch = 0; ch < cut.c(); ch++) {
      double dw = 0;
      double db = 0;
      // Without pixels the sums are empty, and the statistics not numbers.
      for (int image = 0; image < cut.n() && cut.hw() > 0; image++) {
        dw += products[image][ch] * rstd.get(image * groups + ch / width);
        db += sums[image][ch];
      }
      if (dweight != null) {
        dweight.set(ch, dw);
      }
      if (dbias != null) {
        dbias.set(ch, db);
      }
    }
  }

  /// dx = rstd·weight·dy − (x − mean)·rstd²·mean(g·x̂) − rstd·mean(g): per channel three factors.
  void input(Cpu cpu, F32 dx) {
    int c = cut.c();
    int width = c / groups;
    double count = (double) cut.hw() * width;
    float[] ofDy = new float[centre.length];
    float[] ofX = new float[centre.length];
    float[] shift = new float[centre.length];
    for (int group = 0; group < cut.n() * groups; group++) {
      int image = group / groups;
      int channel = (group - image * groups) * width;
      double r = rstd.get(group);
      double gSum = 0;
      double gXhat = 0;
      for (int ch = channel; ch < channel + width; ch++) {
        gSum += sums[image][ch] * weight.get(ch);
        gXhat += products[image][ch] * weight.get(ch) * r;
      }
      for (int ch = channel; ch < channel + width; ch++) {
        ofDy[image * c + ch] = (float) (r * weight.get(ch));
        ofX[image * c + ch] = (float) (-r * r * gXhat / count);
        shift[image * c + ch] = (float) (-r * gSum / count);
      }
    }
    cpu.parallel(cut.count(), i -> input(i, dx, ofDy, ofX, shift));
  }

  private void input(int i, F32 dx, float[] ofDy, float[] ofX, float[] shift) {
    Blocks.Block block = cut.get(i);
    int channel = block.image() * cut.c();
    float[] mid = cut.repeat(centre, channel);
    float[] a = cut.repeat(ofDy, channel);
    float[] s = cut.repeat(ofX, channel);
    float[] b = cut.repeat(shift, channel);
    int dxAt = dx.offset() + block.start();
    int dyAt = dy.offset() + block.start();
    int xAt = x.offset() + block.start();
    Bands.project(dx.array(), dxAt, dy.array(), dyAt, x.array(), xAt, block.whole(), mid, a, s, b);
    if (block.rest() > 0) {
      float[] g = cut.rest(block, dy, mid);
      Bands.project(g, 0, g, 0, cut.rest(block, x, mid), 0, g.length, mid, a, s, b);
      System.arraycopy(g, 0, dx.array(), dx.offset() + block.restAt(), block.rest());
    }
  }
}
