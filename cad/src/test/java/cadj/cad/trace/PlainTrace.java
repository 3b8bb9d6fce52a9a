package cadj.cad.trace;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Intervention;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A trace with its loops written out: one sample, one text and one module at a time, DDIM's
/// formula (Song et al. 2021, eq. 12), all activations of the clean run kept.
final class PlainTrace {
  static final int[] TIMESTEPS = {751, 501, 251, 1};

  private final TextToImage model;
  private final double guidance;
  private final Conditioning concept;
  private final Conditioning corrupted;
  private final Conditioning base;
  private final double[] start;

  /// By call: where the clean run is.
  private final List<double[]> cleanLatents = new ArrayList<>();

  /// By call, then by key: what the clean run computes.
  private final List<Map<String, Tensor>> clean = new ArrayList<>();

  PlainTrace(
      TextToImage model, double guidance, Conditioning concept, Conditioning corrupted, long seed) {
    this.model = model;
    this.guidance = guidance;
    this.concept = concept;
    this.corrupted = corrupted;
    base = model.text().encode(List.of(""), 32, 32);
    start = TextToImage.noise(model.latentShape(1), new TorchGenerator(seed)).toDoubles();
    double[] x = start;
    for (int call = 0; call < TIMESTEPS.length; call++) {
      cleanLatents.add(x);
      Map<String, Tensor> values = new HashMap<>();
      int at = call;
      double[] now = x;
      Activations.with(
          Activations.observe("**", (key, value) -> values.put(key, Scope.outside(value::copy))),
          () -> predicted(now, at, concept));
      clean.add(values);
      x = step(x, call, predicted(x, call, concept));
    }
    cleanLatents.add(x);
  }

  double[] cleanEnd() {
    return cleanLatents.getLast();
  }

  /// The run with `text` throughout.
  double[] run(Conditioning text) {
    double[] x = start;
    for (int call = 0; call < TIMESTEPS.length; call++) {
      x = step(x, call, predicted(x, call, text));
    }
    return x;
  }

  /// The corrupted run, `module` restored at calls `from` up to but not `to`.
  double[] restored(String module, int from, int to) {
    double[] x = start;
    for (int call = 0; call < TIMESTEPS.length; call++) {
      x =
          step(
              x,
              call,
              call >= from && call < to
                  ? restored(x, call, module)
                  : predicted(x, call, corrupted));
    }
    return x;
  }

  /// The clean run, `layers` given the base prompt at calls `from` up to but not `to`.
  double[] swapped(List<String> layers, int from, int to) {
    double[] x = start;
    for (int call = 0; call < TIMESTEPS.length; call++) {
      x =
          step(
              x,
              call,
              call >= from && call < to ? swapped(x, call, layers) : predicted(x, call, concept));
    }
    return x;
  }

  /// J(o) and ⟨o − u, c − u⟩ at a call of the clean run, and J(c).
  double[] objectiveOfRestored(String module, int call) {
    double[] x = cleanLatents.get(call);
    return products(
        restored(x, call, module), predicted(x, call, corrupted), predicted(x, call, concept));
  }

  double[] objectiveOfSwapped(List<String> layers, int call) {
    double[] x = cleanLatents.get(call);
    return products(
        swapped(x, call, layers), predicted(x, call, base), predicted(x, call, concept));
  }

  private static double[] products(double[] o, double[] u, double[] c) {
    double[] out = new double[3];
    for (int i = 0; i < o.length; i++) {
      out[0] += (o[i] - u[i]) * (o[i] - u[i]);
      out[1] += (o[i] - u[i]) * (c[i] - u[i]);
      out[2] += (c[i] - u[i]) * (c[i] - u[i]);
    }
    return out;
  }

  private double[] restored(double[] x, int call, String module) {
    Intervention put = Activations.replace(module, (key, own) -> clean.get(call).get(key).copy());
    return Activations.with(put, () -> predicted(x, call, corrupted));
  }

  private double[] swapped(double[] x, int call, List<String> layers) {
    List<Intervention> all = new ArrayList<>();
    for (String layer : layers) {
      all.add(Activations.replace(layer + ".to_k:input", (key, own) -> base.text()));
      all.add(Activations.replace(layer + ".to_v:input", (key, own) -> base.text()));
    }
    return Activations.with(all, () -> predicted(x, call, concept));
  }

  private double[] predicted(double[] x, int call, Conditioning text) {
    return model.denoiser().forward(latents(x), TIMESTEPS[call], text).toDoubles();
  }

  /// x after a call, guided away from the empty prompt.
  private double[] step(double[] x, int call, double... text) {
    double alpha = alpha(TIMESTEPS[call]);
    double to = alpha(TIMESTEPS[call] - 250);
    double[] nothing = predicted(x, call, base);
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double e = nothing[i] + guidance * (text[i] - nothing[i]);
      double x0 = (x[i] - Math.sqrt(1 - alpha) * e) / Math.sqrt(alpha);
      out[i] = Math.sqrt(to) * x0 + Math.sqrt(1 - to) * e;
    }
    return out;
  }

  /// ᾱ of the scaled linear schedule.
  private static double alpha(int t) {
    double low = Math.sqrt(0.00085);
    double high = Math.sqrt(0.012);
    double product = 1;
    for (int s = 0; s <= Math.max(t, 0); s++) {
      double root = low + (high - low) * s / 999;
      product *= 1 - root * root;
    }
    return product;
  }

  Tensor picture(double... latents) {
    return model.decode(latents(latents));
  }

  private Tensor latents(double... x) {
    float[] values = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      values[i] = (float) x[i];
    }
    return Tensor.of(values, model.latentShape(1).toArray());
  }
}
