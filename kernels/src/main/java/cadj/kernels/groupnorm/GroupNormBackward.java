package cadj.kernels.groupnorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import org.jspecify.annotations.Nullable;

/// Σ dz and Σ dz·(x − mean) of each channel, block by block; all gradients follow from these.
final class GroupNormBackward {
  private final GroupNormShape shape;
  private final Blocks cut;
  private final F32 x;
  private final Buffer rstd;
  private final Buffer weight;

  /// The mean of each channel's group, [N,C].
  private final float[] centre;

  /// Σ dz and Σ dz·(x − mean), [N][C].
  private double[][] sums = new double[0][];

  private double[][] products = new double[0][];

  GroupNormBackward(GroupNormShape shape, Buffer mean, Buffer rstd, F32 x, Buffer weight) {
    this.shape = shape;
    this.cut = Blocks.of(shape.n(), shape.hw(), shape.c());
    this.x = x;
    this.rstd = rstd;
    this.weight = weight;
    this.centre = new float[shape.n() * shape.c()];
    for (int i = 0; i < centre.length; i++) {
      centre[i] = (float) mean.get(i / shape.width());
    }
  }

  /// dz = dy·silu′(z)
  void throughSilu(Cpu cpu, F32 dz, F32 dy, Buffer bias) {
    float[] scale = new float[centre.length];
    float[] shift = new float[centre.length];
    for (int i = 0; i < centre.length; i++) {
      scale[i] = (float) (rstd.get(i / shape.width()) * weight.get(i % shape.c()));
      shift[i] = (float) bias.get(i % shape.c());
    }
    cpu.parallel(
        cut.count(),
        i -> {
          Blocks.Block block = cut.get(i);
          int channel = block.image() * cut.c();
          float[] mid = cut.repeat(centre, channel);
          float[] a = cut.repeat(scale, channel);
          float[] b = cut.repeat(shift, channel);
          int dzAt = dz.offset() + block.start();
          int dyAt = dy.offset() + block.start();
          int xAt = x.offset() + block.start();
          BandLoops.siluSlopes(
              dz.array(), dzAt, dy.array(), dyAt, x.array(), xAt, block.whole(), mid, a, b);
          if (block.rest() > 0) {
            float[] g = cut.rest(block, dy, mid);
            BandLoops.siluSlopes(g, 0, g, 0, cut.rest(block, x, mid), 0, g.length, mid, a, b);
            System.arraycopy(g, 0, dz.array(), dz.offset() + block.restAt(), block.rest());
          }
        });
  }

  void sum(Cpu cpu, F32 dz) {
    double[][] blockSums = new double[cut.count()][cut.c()];
    double[][] blockProducts = new double[cut.count()][cut.c()];
    cpu.parallel(cut.count(), i -> block(i, dz, blockSums[i], blockProducts[i]));
    sums = perImage(blockSums);
    products = perImage(blockProducts);
  }

  private void block(int i, F32 dz, double[] sum, double[] product) {
    Blocks.Block block = cut.get(i);
    float[] mid = cut.repeat(centre, block.image() * cut.c());
    float[] s = new float[cut.width()];
    float[] p = new float[cut.width()];
    int dzAt = dz.offset() + block.start();
    int xAt = x.offset() + block.start();
    BandLoops.gradients(s, p, dz.array(), dzAt, x.array(), xAt, block.whole(), mid);
    if (block.rest() > 0) {
      float[] g = cut.rest(block, dz, new float[cut.width()]);
      BandLoops.gradients(s, p, g, 0, cut.rest(block, x, mid), 0, g.length, mid);
    }
    cut.fold(s, sum, 1);
    cut.fold(p, product, 1);
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
    for (int ch = 0; ch < cut.c(); ch++) {
      double dw = 0;
      double db = 0;
      // Without pixels the sums are empty, and the statistics not numbers.
      for (int image = 0; image < cut.n() && cut.hw() > 0; image++) {
        dw += products[image][ch] * rstd.get(image * shape.groups() + ch / shape.width());
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

  /// dx = rstd·weight·dz − (x − mean)·rstd²·mean(g·x̂) − rstd·mean(g): per channel three factors.
  void input(Cpu cpu, F32 dx, F32 dz) {
    int c = cut.c();
    int width = shape.width();
    double count = (double) cut.hw() * width;
    float[] ofDz = new float[centre.length];
    float[] ofX = new float[centre.length];
    float[] shift = new float[centre.length];
    for (int group = 0; group < shape.n() * shape.groups(); group++) {
      int image = group / shape.groups();
      int channel = (group - image * shape.groups()) * width;
      double r = rstd.get(group);
      double gSum = 0;
      double gXhat = 0;
      for (int ch = channel; ch < channel + width; ch++) {
        gSum += sums[image][ch] * weight.get(ch);
        gXhat += products[image][ch] * weight.get(ch) * r;
      }
      for (int ch = channel; ch < channel + width; ch++) {
        ofDz[image * c + ch] = (float) (r * weight.get(ch));
        ofX[image * c + ch] = (float) (-r * r * gXhat / count);
        shift[image * c + ch] = (float) (-r * gSum / count);
      }
    }
    cpu.parallel(cut.count(), i -> input(i, dx, dz, ofDz, ofX, shift));
  }

  private void input(int i, F32 dx, F32 dz, float[] ofDz, float[] ofX, float[] shift) {
    Blocks.Block block = cut.get(i);
    int channel = block.image() * cut.c();
    float[] mid = cut.repeat(centre, channel);
    float[] a = cut.repeat(ofDz, channel);
    float[] s = cut.repeat(ofX, channel);
    float[] b = cut.repeat(shift, channel);
    int dxAt = dx.offset() + block.start();
    int dzAt = dz.offset() + block.start();
    int xAt = x.offset() + block.start();
    BandLoops.project(
        dx.array(), dxAt, dz.array(), dzAt, x.array(), xAt, block.whole(), mid, a, s, b);
    if (block.rest() > 0) {
      float[] g = cut.rest(block, dz, mid);
      BandLoops.project(g, 0, g, 0, cut.rest(block, x, mid), 0, g.length, mid, a, s, b);
      System.arraycopy(g, 0, dx.array(), dx.offset() + block.restAt(), block.rest());
    }
  }
}
