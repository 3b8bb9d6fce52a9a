package cadj.cad.method.closedform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.method.Cost;
import cadj.cad.method.EditTask;
import cadj.cad.method.TargetPrompt;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ejml.data.DMatrixRMaj;

/// The model that recorded edits are of, and what was recorded.
///
/// @param texts the recorded embeddings
record GoldenEdits(TextToImage pipeline, TextVectors texts, SafetensorsFile file) {
  static GoldenEdits of(SafetensorsFile file, List<String> prompts, String embeddings) {
    Path model = Golden.require("sd1-tiny/unet/config.json").getParent().getParent();
    return new GoldenEdits(
        TextToImage.load(ModelFiles.open(model)),
        new Recorded(prompts, file.tensor(embeddings), file.tensor("last_token_index").toLongs()),
        file);
  }

  /// Embeddings [n,d], one for each prompt, or [n,S,d].
  private record Recorded(List<String> prompts, Tensor embeddings, long[] lastTokens)
      implements TextVectors {
    @Override
    public DMatrixRMaj rows(String prompt) {
      int number = prompts.indexOf(prompt);
      Tensor its = embeddings.slice(0, number, number + 1);
      int width = its.dim(its.rank() - 1);
      DMatrixRMaj rows = new DMatrixRMaj(its.elements() / width, width);
      rows.setData(its.toDoubles());
      return rows;
    }

    @Override
    public int lastToken(String prompt) {
      return embeddings.rank() == 2 ? 0 : (int) lastTokens[prompts.indexOf(prompt)];
    }
  }

  static List<TargetPrompt> targets(JsonObject entry, String prompts, String guides) {
    List<TargetPrompt> out = new ArrayList<>();
    List<String> erased = entry.list(prompts).strings();
    List<String> instead = entry.list(guides).strings();
    for (int i = 0; i < erased.size(); i++) {
      out.add(new TargetPrompt(erased.get(i), instead.get(i)));
    }
    return out;
  }

  EditTask task(List<TargetPrompt> targets, List<String> preserve) {
    return new EditTask(
        pipeline,
        targets.getFirst().prompt(),
        EditTask.Goal.ERASE,
        targets,
        preserve,
        null,
        0,
        new Cost());
  }

  EmbeddingMap weights() {
    return EmbeddingMap.of(pipeline.denoiser());
  }

  /// Compares all that is recorded under `prefix` with a patch that must hold these parameters and
  /// no others.
  void assertEdited(String prefix, Patch patch, double tolerance) {
    List<String> names =
        file.names().stream()
            .filter(name -> name.startsWith(prefix) && name.endsWith(".weight"))
            .map(name -> name.substring(prefix.length()))
            .filter(name -> !name.contains("/"))
            .toList();
    assertEquals(
        names.stream().sorted().toList(), patch.changes().keySet().stream().sorted().toList());
    for (String name : names) {
      Tensor expected = file.tensor(prefix + name);
      float[] values = ((Change.Replaced) patch.changes().get(name)).values();
      Golden.assertClose(
          prefix + name,
          expected,
          Tensor.of(values.clone(), expected.shape().toArray()),
          tolerance);
      Golden.count(1);
    }
  }

  boolean has(String prefix) {
    return file.names().stream().anyMatch(name -> name.startsWith(prefix));
  }

  Patch patch(DMatrixRMaj m) {
    return weights().patch(m);
  }
}
