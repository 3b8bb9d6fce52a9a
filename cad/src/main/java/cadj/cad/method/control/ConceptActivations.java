package cadj.cad.method.control;

import static cadj.tensor.shape.Require.require;

import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.InputNorms;
import cadj.cad.method.SamplingSettings;
import cadj.cad.method.TargetPrompt;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Sites;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import java.util.List;
import java.util.SequencedMap;

/// What the controls that look at activations have in common: norms ‖x_j‖ of each layer's input
/// features while the concept's prompts are drawn, the negative prompt's samples left out.
///
/// @param sites matrices of linear layers
record ConceptActivations(List<Sites> sites, double ratio, TextToImage.Settings sampling) {
  private static final String WEIGHT = ".weight";

  /// A weight's score, of the weight and its input feature's norm.
  interface Score {
    float of(float weight, float norm);
  }

  SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new HighestPerRow(sites, ratio).settings();
    SamplingSettings.addTo(out, sampling);
    return out;
  }

  Patch edit(EditTask task, EditMethod.Progress progress, Score score) {
    HighestPerRow rows = new HighestPerRow(sites, ratio);
    List<String> layers =
        rows.parameters(task).entrySet().stream()
            .map(e -> layer(e.getKey(), e.getValue()))
            .toList();
    TextToImage pipeline =
        task.pipeline().withDenoiser(task.cost().counted(task.pipeline().denoiser()));
    InputNorms norms =
        InputNorms.of(
            pipeline,
            layers,
            task.targets().stream().map(TargetPrompt::prompt).toList(),
            TextToImage.noise(pipeline.latentShape(1), new TorchGenerator(task.seed())),
            sampling,
            InputNorms.Tokens.AS_THEY_ARE,
            InputNorms.Samples.PROMPTS,
            progress);
    return rows.edit(
        task,
        (name, w) -> {
          float[] features = norms.total(layer(name, w));
          float[] out = w.toFloats();
          for (int i = 0; i < out.length; i++) {
            out[i] = score.of(out[i], features[i % features.length]);
          }
          return out;
        });
  }

  private static String layer(String parameter, Tensor w) {
    require(
        w.rank() == 2 && parameter.endsWith(WEIGHT),
        "activations: expected matrices of linear layers, got %s %s",
        parameter,
        w.shape());
    return parameter.substring(0, parameter.length() - WEIGHT.length());
  }
}
