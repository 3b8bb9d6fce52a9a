package cadj.kernels.groupnorm;

import cadj.kernels.device.Buffer;
import cadj.kernels.unary.Unary;
import org.jspecify.annotations.Nullable;

/// One group at a time: mean, then variance about it, then the outputs.
final class GroupNormReference implements GroupNormKernel {
  @Override
  public void forward(
      GroupNormShape s, Buffer y, Buffer mean, Buffer rstd, Buffer x, Buffer weight, Buffer bias) {
    double count = (double) s.hw() * s.width();
    for (int image = 0; image < s.n(); image++) {
      for (int group = 0; group < s.groups(); group++) {
        int first = group * s.width();
        int last = first + s.width();
        double sum = 0;
        for (int p = 0; p < s.hw(); p++) {
          for (int ch = first; ch < last; ch++) {
            sum += x.get((image * s.hw() + p) * s.c() + ch);
          }
        }
        double mu = sum / count;
        double squares = 0;
        for (int p = 0; p < s.hw(); p++) {
          for (int ch = first; ch < last; ch++) {
            double d = x.get((image * s.hw() + p) * s.c() + ch) - mu;
            squares += d * d;
          }
        }
        double r = 1 / Math.sqrt(squares / count + s.eps());
        mean.set(image * s.groups() + group, mu);
        rstd.set(image * s.groups() + group, r);
        for (int p = 0; p < s.hw(); p++) {
          for (int ch = first; ch < last; ch++) {
            int at = (image * s.hw() + p) * s.c() + ch;
            double z = (x.get(at) - mu) * r * weight.get(ch) + bias.get(ch);
            y.set(at, s.silu() ? Unary.SILU.value(z) : z);
          }
        }
      }
    }
  }

  @Override
  public void backward(
      GroupNormShape s,
      @Nullable Buffer dx,
      @Nullable Buffer dweight,
      @Nullable Buffer dbias,
      Buffer dy,
      Buffer mean,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      @Nullable Buffer bias) {
    double count = (double) s.hw() * s.width();
    double[] dzXhat = new double[s.c()];
    double[] dzSum = new double[s.c()];
    double[] dz = new double[s.elements()];
    for (int image = 0; image < s.n(); image++) {
      for (int group = 0; group < s.groups(); group++) {
        int first = group * s.width();
        int last = first + s.width();
        double mu = mean.get(image * s.groups() + group);
        double r = rstd.get(image * s.groups() + group);
        double gSum = 0;
        double gXhat = 0;
        for (int ch = first; ch < last; ch++) {
          for (int p = 0; p < s.hw(); p++) {
            int at = (image * s.hw() + p) * s.c() + ch;
            double xhat = (x.get(at) - mu) * r;
            dz[at] = dy.get(at);
            if (s.silu()) {
              dz[at] *= Unary.SILU.slope(xhat * weight.get(ch) + bias.get(ch));
            }
            double g = dz[at] * weight.get(ch);
            gSum += g;
            gXhat += g * xhat;
            dzXhat[ch] += dz[at] * xhat;
            dzSum[ch] += dz[at];
          }
        }
        if (dx != null) {
          for (int p = 0; p < s.hw(); p++) {
            for (int ch = first; ch < last; ch++) {
              int at = (image * s.hw() + p) * s.c() + ch;
              double xhat = (x.get(at) - mu) * r;
              double g = dz[at] * weight.get(ch);
              dx.set(at, r * (g - gSum / count - xhat * gXhat / count));
            }
          }
        }
      }
    }
    for (int ch = 0; ch < s.c(); ch++) {
      if (dweight != null) {
        dweight.set(ch, dzXhat[ch]);
      }
      if (dbias != null) {
        dbias.set(ch, dzSum[ch]);
      }
    }
  }
}
