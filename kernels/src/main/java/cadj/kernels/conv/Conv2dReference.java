package cadj.kernels.conv;

import cadj.kernels.device.Buffer;
import org.jspecify.annotations.Nullable;

/// The definition of [Conv2dKernel]: each derivative visits the same terms as the forward pass.
final class Conv2dReference implements Conv2dKernel {
  @Override
  public void forward(Conv2dShape s, Buffer y, Buffer x, Buffer weight, Conv2dAddends addends) {
    double[] out = new double[y.length()];
    for (int i = 0; i < out.length; i++) {
      int co = i % s.co();
      int image = i / (s.ho() * s.wo() * s.co());
      out[i] =
          at(addends.bias(), co)
              + at(addends.perImage(), image * s.co() + co)
              + at(addends.residual(), i);
    }
    terms(s, (yi, xi, wi) -> out[yi] += x.get(xi) * weight.get(wi));
    store(y, out);
  }

  private static double at(@Nullable Buffer addend, int i) {
    return addend == null ? 0 : addend.get(i);
  }

  @Override
  public void backwardData(Conv2dShape s, Buffer dx, Buffer dy, Buffer weight) {
    double[] out = new double[dx.length()];
    terms(s, (yi, xi, wi) -> out[xi] += dy.get(yi) * weight.get(wi));
    store(dx, out);
  }

  @Override
  public void backwardWeight(Conv2dShape s, Buffer dweight, Buffer dy, Buffer x) {
    double[] out = new double[dweight.length()];
    terms(s, (yi, xi, wi) -> out[wi] += dy.get(yi) * x.get(xi));
    store(dweight, out);
  }

  private static void store(Buffer buffer, double[] values) {
    for (int i = 0; i < values.length; i++) {
      buffer.set(i, values[i]);
    }
  }

  /// Places in y, x and weight of one term of y += x·weight.
  private interface Term {
    void at(int y, int x, int weight);
  }

  private static void terms(Conv2dShape s, Term term) {
    int inGroup = s.ci() / s.groups();
    int outGroup = s.co() / s.groups();
    for (int n = 0; n < s.n(); n++) {
      for (int oh = 0; oh < s.ho(); oh++) {
        for (int ow = 0; ow < s.wo(); ow++) {
          for (int kh = 0; kh < s.kh(); kh++) {
            for (int kw = 0; kw < s.kw(); kw++) {
              int h = oh * s.strideH() - s.padTop() + kh;
              int w = ow * s.strideW() - s.padLeft() + kw;
              if (h < 0 || h >= s.h() || w < 0 || w >= s.w()) {
                continue; // padding: zeros
              }
              int pixel = (n * s.h() + h) * s.w() + w;
              for (int co = 0; co < s.co(); co++) {
                int yi = ((n * s.ho() + oh) * s.wo() + ow) * s.co() + co;
                int first = co / outGroup * inGroup;
                for (int c = 0; c < inGroup; c++) {
                  int wi = ((co * inGroup + c) * s.kh() + kh) * s.kw() + kw;
                  term.at(yi, pixel * s.ci() + first + c, wi);
                }
              }
            }
          }
        }
      }
    }
  }
}
