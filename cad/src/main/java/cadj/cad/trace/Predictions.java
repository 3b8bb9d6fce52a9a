package cadj.cad.trace;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Intervention;
import cadj.autograd.graph.Tape;
import cadj.models.denoiser.Conditioning;
import cadj.models.pipeline.FiniteValues;
import cadj.models.pipeline.Guidance;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.List;
import java.util.function.Supplier;

/// The denoiser's predictions for B samples with one text, intervened on or not.
///
/// Every pass of a kind has the same batch: how a product is computed follows from its shape, so
/// passes of different batches differ in last bits.
final class Predictions {
  private final TextToImage pipeline;
  private final Conditioning text;
  private final Guidance guidance;
  private final FiniteValues finite;
  private final int guidedFrom;

  /// @param text [B,S,width]
  Predictions(
      TextToImage pipeline,
      Conditioning text,
      Conditioning negative,
      TextToImage.Settings sampling) {
    this.pipeline = pipeline;
    this.text = text;
    guidance = new Guidance(pipeline.denoiser(), text, negative, sampling);
    finite = FiniteValues.of("denoiser", pipeline.denoiser().parameters());
    guidedFrom = Guidance.isOn(sampling.guidance()) ? text.batch() : 0;
  }

  /// The first sample of a guided pass's batch that has the text: those before it have the negative
  /// prompt.
  int guidedFrom() {
    return guidedFrom;
  }

  /// The guided prediction.
  ///
  /// @param call of the run, counted from 0
  Tensor guided(Tensor input, double t, int call, List<Intervention> interventions) {
    return finite(t, () -> Activations.with(interventions, () -> guidance.predict(input, t, call)));
  }

  /// The prediction for the text alone.
  Tensor alone(Tensor input, double t, List<Intervention> interventions) {
    return finite(
        t,
        () ->
            Activations.with(
                interventions,
                () -> Tape.noGrad(() -> pipeline.denoiser().forward(input, t, text))));
  }

  private Tensor finite(double t, Supplier<Tensor> pass) {
    return Scope.keep(
        "prediction at " + t,
        () -> {
          Tensor out = pass.get();
          finite.require(out, "the prediction", "at time step " + t, pass);
          return out;
        });
  }
}
