package cadj.cad.probe;

import cadj.models.denoiser.Conditioning;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import java.util.List;

/// DDIM of four steps on the embedded model with its formulas written out, Song et al. 2021
/// (arXiv:2010.02502), eq. 12: one picture and one text at a time.
record PlainDdim(TextToImage model, double guidance) {
  static final int STEPS = 4;
  static final int[] TIMESTEPS = {751, 501, 251, 1};

  /// ᾱ of the scaled linear schedule.
  static double alpha(int t) {
    double low = Math.sqrt(0.00085);
    double high = Math.sqrt(0.012);
    double product = 1;
    for (int s = 0; s <= Math.max(t, 0); s++) {
      double root = low + (high - low) * s / 999;
      product *= 1 - root * root;
    }
    return product;
  }

  /// √ᾱ·x₀ + √(1−ᾱ)·ε at the `call`-th call.
  static double[] noised(double[] x0, double[] e, int call) {
    double alpha = alpha(TIMESTEPS[call]);
    double[] x = new double[x0.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.sqrt(alpha) * x0[i] + Math.sqrt(1 - alpha) * e[i];
    }
    return x;
  }

  /// x [1,4,8,8] after the `call`-th call.
  double[] step(double[] x, int call, Conditioning prompt) {
    double alpha = alpha(TIMESTEPS[call]);
    double to = alpha(TIMESTEPS[call] - 250);
    double[] text = predicted(x, call, prompt);
    double[] nothing = predicted(x, call, model.text().encode(List.of(""), 32, 32));
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double e = nothing[i] + guidance * (text[i] - nothing[i]);
      double x0 = (x[i] - Math.sqrt(1 - alpha) * e) / Math.sqrt(alpha);
      out[i] = Math.sqrt(to) * x0 + Math.sqrt(1 - to) * e;
    }
    return out;
  }

  double[] predicted(double[] x, int call, Conditioning text) {
    return model.denoiser().forward(latents(x), TIMESTEPS[call], text).toDoubles();
  }

  Tensor latents(double[] x) {
    float[] values = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      values[i] = (float) x[i];
    }
    return Tensor.of(values, model.latentShape(1).toArray());
  }

  Conditioning text(String prompt) {
    return model.text().encode(List.of(prompt), 32, 32);
  }
}
