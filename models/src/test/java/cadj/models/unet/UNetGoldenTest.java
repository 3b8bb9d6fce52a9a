package cadj.models.unet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.files.ModelFiles;
import cadj.models.golden.Announced;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Outputs and intermediate values of diffusers' UNets.
@GoldenTest
class UNetGoldenTest {
  private static final double TOLERANCE = 1e-5;

  @Test
  void outputs() {
    for (Path file : Golden.ofModels("expected/unet.safetensors")) {
      Denoiser unet = model(file);
      try (SafetensorsFile golden = Golden.open(file)) {
        for (String name : golden.names()) {
          int out = name.indexOf("out.t");
          if (out < 0) {
            continue;
          }
          Tensor latents = golden.tensor(name.substring(0, out) + "latents");
          Conditioning condition = condition(golden, latents.dim(0));
          Tensor actual = unet.forward(latents, timesteps(golden, name, latents), condition);
          Golden.assertClose(file + " " + name, golden.tensor(name), actual, TOLERANCE);
          Golden.count(1);
        }
      }
    }
  }

  private static float[] timesteps(SafetensorsFile golden, String name, Tensor latents) {
    String t = name.substring(name.lastIndexOf(".t") + 2);
    float[] out = new float[latents.dim(0)];
    for (int n = 0; n < out.length; n++) {
      out[n] =
          t.equals("vector") ? golden.tensor("timesteps_vector").toLongs()[n] : Float.parseFloat(t);
    }
    return out;
  }

  private static Conditioning condition(SafetensorsFile golden, int batch) {
    Tensor text = golden.tensor("encoder_hidden_states");
    Conditioning all =
        new Conditioning(text, orNull(golden, "text_embeds"), orNull(golden, "time_ids"));
    return all.samples(0, batch);
  }

  private static @Nullable Tensor orNull(SafetensorsFile golden, String name) {
    return golden.contains(name) ? golden.tensor(name) : null;
  }

  @Test
  void intermediates() {
    for (Path file : Golden.ofModels("expected/unet_intermediates.safetensors")) {
      Denoiser unet = model(file);
      try (SafetensorsFile golden = Golden.open(file)) {
        Map<String, Tensor> seen = new HashMap<>();
        Tensor latents = golden.tensor("latents");
        Tensor out =
            Announced.copyInto(
                seen,
                () ->
                    unet.forward(
                        latents,
                        Float.parseFloat(golden.metadata("timestep")),
                        condition(golden, latents.dim(0))));
        Golden.assertClose(file + " out", golden.tensor("out"), out, TOLERANCE);
        for (String name : golden.names()) {
          if (name.startsWith("act.")) {
            Tensor actual = seen.get(name.substring("act.".length()));
            assertFalse(actual == null, () -> "nothing announced " + name);
            Golden.assertClose(file + " " + name, golden.tensor(name), actual, TOLERANCE);
            Golden.count(1);
          }
        }
      }
    }
  }

  @Test
  void parametersComeByTheirNamesInTheirOrder() {
    for (Path folder : Golden.modelFolders()) {
      Denoiser unet = ModelFiles.open(folder).denoiser();
      Golden.find(folder.getFileName() + "/expected/cad/unet_named_parameters.json")
          .ifPresent(
              file -> {
                var expected =
                    JsonFile.readList(file).objects().stream()
                        .map(entry -> entry.string("name"))
                        .toList();
                assertEquals(expected, unet.parameters().keySet().stream().toList());
                Golden.count(1);
              });
    }
  }

  private static Denoiser model(Path expectedFile) {
    return ModelFiles.open(expectedFile.getParent().getParent()).denoiser();
  }
}
