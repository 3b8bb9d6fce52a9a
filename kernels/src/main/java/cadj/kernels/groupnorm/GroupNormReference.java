package cadj.kernels.groupnorm;

import cadj.kernels.device.Buffer;
import org.jspecify.annotations.Nullable;

/// One group at a time: mean, then variance about it, then the outputs.
final class GroupNormReference implements GroupNormKernel {
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
    int width = c / groups;
    double count = (double) hw * width;
    for (int image = 0; image < n; image++) {
      for (int group = 0; group < groups; group++) {
        double sum = 0;
        for (int p = 0; p < hw; p++) {
          for (int ch = group * width; ch < (group + 1) * width; ch++) {
            sum += x.get((image * hw + p) * c + ch);
          }
        }
        double mu = sum / count;
        double squares = 0;
        for (int p = 0; p < hw; p++) {
          for (int ch = group * width; ch < (group + 1) * width; ch++) {
            double d = x.get((image * hw + p) * c + ch) - mu;
            squares += d * d;
          }
        }
        double r = 1 / Math.sqrt(squares / count + eps);
        mean.set(image * groups + group, mu);
        rstd.set(image * groups + group, r);
        for (int p = 0; p < hw; p++) {
          for (int ch = group * width; ch < (group + 1) * width; ch++) {
            int at = (image * hw + p) * c + ch;
            y.set(at, (x.get(at) - mu) * r * weight.get(ch) + bias.get(ch));
          }
        }
      }
    }
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
    int width = c / groups;
    double count = (double) hw * width;
    double[] dyXhat = new double[c];
    double[] dySum = new double[c];
    for (int image = 0; image < n; image++) {
      for (int group = 0; group < groups; group++) {
        double mu = mean.get(image * groups + group);
        double r = rstd.get(image * groups + group);
        double gSum = 0;
        double gXhat = 0;
        for (int ch = group * width; ch < (group + 1) * width; ch++) {
          for (int p = 0; p < hw; p++) {
            int at = (image * hw + p) * c + ch;
            double xhat = (x.get(at) - mu) * r;
            double g = dy.get(at) * weight.get(ch);
            gSum += g;
            gXhat += g * xhat;
            dyXhat[ch] += dy.get(at) * xhat;
            dySum[ch] += dy.get(at);
          }
        }
        if (dx != null) {
          for (int p = 0; p < hw; p++) {
            for (int ch = group * width; ch < (group + 1) * width; ch++) {
              int at = (image * hw + p) * c + ch;
              double xhat = (x.get(at) - mu) * r;
              double g = dy.get(at) * weight.get(ch);
              dx.set(at, r * (g - gSum / count - xhat * gXhat / count));
            }
          }
        }
      }
    }
    for (int ch = 0; ch < c; ch++) {
      if (dweight != null) {
        dweight.set(ch, dyXhat[ch]);
      }
      if (dbias != null) {
        dbias.set(ch, dySum[ch]);
      }
    }
  }
}
