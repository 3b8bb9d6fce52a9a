package cadj.cad.method.training;

import static cadj.autograd.ops.Mul.mul;
import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Tape;
import cadj.autograd.optim.Adam;
import cadj.cad.attribution.TapeMemory;
import cadj.cad.edit.Patch;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.FiniteValues;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;

/// [Adam] on copies of some of a denoiser's parameters; the denoiser itself stays as it is.
///
/// Each gradient is used and freed as the backward pass comes to it. Where only some weights of a
/// parameter are trained, its gradient is multiplied by 0 at the others, which keep their bits.
public final class Training {
  private final Denoiser before;
  private final SequencedMap<String, Tensor> trained = new LinkedHashMap<>();

  /// 1 where a weight is trained, else 0, for parameters of which not all are.
  private final Map<Tensor, Tensor> masks = new HashMap<>();

  private final Denoiser denoiser;
  private final Adam adam;
  private final long room;
  private int steps;

  private Training(
      Denoiser before, SequencedMap<String, Tensor> chosen, Map<String, int[]> only, double lr) {
    this.before = before;
    this.adam = new Adam(lr);
    Scope.outside(
        () -> {
          chosen.forEach((name, w) -> trained.put(name, w.copy()));
          only.forEach((name, indices) -> masks.put(trained.get(name), mask(name, indices)));
          return null;
        });
    Map<String, Tensor> all = new LinkedHashMap<>(before.parameters());
    all.putAll(trained);
    this.denoiser = Scope.outside(() -> before.with(all));
    this.room = TapeMemory.bytes(trained.values(), 1, 1); // Adam's moments are two numbers, as sums
  }

  /// Of all weights of `chosen`, which are some of the denoiser's parameters.
  ///
  /// @param method whose memory it is, for the message
  /// @throws IllegalArgumentException if they do not fit
  public static Training of(
      String method, Denoiser before, SequencedMap<String, Tensor> chosen, double lr) {
    require(!chosen.isEmpty(), "%s: the model has no parameter to train", method);
    TrainingMemory.require(method, chosen, 0);
    return new Training(before, chosen, Map.of(), lr);
  }

  /// Of a selection of weights.
  ///
  /// @param only flat indices, row-major, by parameter, as [cadj.cad.edit.Ablation] selects them
  /// @throws IllegalArgumentException if they do not fit, or there are none
  public static Training only(
      String method, Denoiser before, SequencedMap<String, int[]> only, double lr) {
    SequencedMap<String, Tensor> chosen = new LinkedHashMap<>();
    only.forEach(
        (name, indices) -> {
          Tensor w = before.parameters().get(name);
          if (w == null) {
            throw new IllegalArgumentException(
                "%s: the model has no parameter %s".formatted(method, name));
          }
          chosen.put(name, w);
        });
    require(!chosen.isEmpty(), "%s: no weight was selected", method);
    TrainingMemory.require(method, chosen, 1);
    return new Training(before, chosen, only, lr);
  }

  private Tensor mask(String name, int... indices) {
    Tensor w = trained.get(name);
    float[] values = new float[w.elements()];
    for (int index : indices) {
      require(
          index >= 0 && index < values.length,
          "training: index %d is outside %s of %d weights",
          index,
          name,
          values.length);
      values[index] = 1;
    }
    return Tensor.of(values, w.shape().toArray()).onCurrentDevice();
  }

  /// The denoiser with the weights as trained so far.
  public Denoiser denoiser() {
    return denoiser;
  }

  /// The trained parameters, which change in place.
  public SequencedMap<String, Tensor> parameters() {
    return Collections.unmodifiableSequencedMap(trained);
  }

  /// One step down the gradient of `loss`, a mean that is made of [#denoiser]'s predictions.
  ///
  /// @return the loss before the step
  /// @throws cadj.models.pipeline.NonFiniteException if it is no number
  public double step(Supplier<Tensor> loss) {
    double[] value = new double[1];
    steps++;
    Scope.run(
        "training step",
        () ->
            Tape.within(
                room,
                () ->
                    Tape.record(
                        trained.values(),
                        tape -> {
                          Tensor l = loss.get();
                          FiniteValues.of("denoiser", denoiser.parameters())
                              .require(l, "the loss", "at training step " + steps, loss);
                          value[0] = l.item();
                          tape.backward(l, this::update);
                          return null;
                        })));
    return value[0];
  }

  private void update(Tensor w, Tensor gradient) {
    Tensor mask = masks.get(w);
    adam.step(w, mask == null ? gradient : mul(gradient, mask));
  }

  /// What the steps so far did.
  public Patch patch() {
    return Patch.replacing(trained, before.parameters(), Map.of());
  }
}
