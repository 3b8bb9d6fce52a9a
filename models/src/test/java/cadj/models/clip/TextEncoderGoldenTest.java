package cadj.models.clip;

import static cadj.models.files.Folders.copy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.DType;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Outputs of transformers' CLIP text encoders.
@GoldenTest
class TextEncoderGoldenTest {
  private static final double TOLERANCE = 5e-6;

  private static final String PENULTIMATE = "penultimate";

  @TempDir private Path temp;

  @Test
  void outputs() {
    for (Path file : files()) {
      try (SafetensorsFile golden = Golden.open(file)) {
        ClipTextOutput out = encoder(file).forward(golden.tensor("input_ids"));
        assertClose(golden, "last_hidden_state", out.lastHiddenState());
        if (golden.contains("pooler_output")) {
          assertClose(golden, "pooler_output", out.pooled());
        }
        if (golden.contains(PENULTIMATE)) {
          List<Tensor> states = out.hiddenStates();
          assertClose(golden, PENULTIMATE, states.get(states.size() - 2));
        }
        if (golden.contains("pooled_before_projection")) {
          assertClose(golden, "pooled_before_projection", out.pooled());
        }
        assertEquals(golden.contains("text_embeds"), out.textEmbeds() != null);
        if (out.textEmbeds() != null) {
          assertClose(golden, "text_embeds", out.textEmbeds());
        }
        Golden.count(golden.tensor("input_ids").dim(0));
      }
    }
  }

  @Test
  void everyLayersHiddenState() {
    for (Path file : files()) {
      ClipTextModel encoder = encoder(file);
      try (SafetensorsFile golden = Golden.open(file)) {
        List<Tensor> states = encoder.forward(golden.tensor("input_ids")).hiddenStates();
        int layers = 0;
        while (golden.contains("hidden_states." + layers)) {
          assertClose(golden, "hidden_states." + layers, states.get(layers));
          layers++;
        }
        assertEquals(states.size(), layers);
        Golden.count(layers);
      }
    }
  }

  /// `clip_skip` k takes the hidden state k layers before the last, normalised; of Stable Diffusion
  /// 3 that k layers before the last but one, as it is.
  @Test
  void skippedLayers() {
    for (Path file : files()) {
      ClipTextModel encoder = encoder(file);
      try (SafetensorsFile golden = Golden.open(file)) {
        List<Tensor> states = encoder.forward(golden.tensor("input_ids")).hiddenStates();
        for (String name : golden.names()) {
          if (name.startsWith("clip_skip_")) {
            int skip = Integer.parseInt(name.substring("clip_skip_".length()));
            int last = states.size() - 1 - skip;
            assertClose(
                golden,
                name,
                golden.contains(PENULTIMATE)
                    ? states.get(last - 1)
                    : encoder.normed(states.get(last)));
            Golden.count(1);
          }
        }
      }
    }
  }

  /// Later tokens change nothing before them, so a shorter prompt gives the same states.
  @Test
  void promptsMayBeShorter() {
    for (Path file : files()) {
      try (SafetensorsFile golden = Golden.open(file)) {
        int length = golden.tensor("input_ids").dim(1) / 2;
        Tensor expected = golden.tensor("last_hidden_state");
        Tensor ids = golden.tensor("input_ids").slice(0, 0, expected.dim(0)).slice(1, 0, length);
        Golden.assertClose(
            file + " first " + length,
            expected.slice(1, 0, length),
            encoder(file).forward(ids).lastHiddenState(),
            TOLERANCE);
        Golden.count(1);
      }
    }
  }

  @Test
  void halfPrecisionWeightsAreTheRoundedOnes() throws IOException {
    for (Path half : Golden.ofModels("variants/text_encoder_fp16.safetensors")) {
      Path model = half.getParent().getParent();
      Path copy = copy(model, temp.resolve(model.getFileName()));
      Files.copy(
          half,
          copy.resolve("text_encoder/model.safetensors"),
          StandardCopyOption.REPLACE_EXISTING);
      var full = ModelFiles.open(model).textEncoder("text_encoder").parameters();
      var rounded = ModelFiles.open(copy).textEncoder("text_encoder").parameters();
      assertEquals(full.keySet(), rounded.keySet());
      full.forEach(
          (key, weight) -> {
            assertEquals(DType.F32, rounded.get(key).dtype(), key);
            assertRounded(key, rounded.get(key).toFloats(), weight.toFloats());
            Golden.count(1);
          });
    }
  }

  private static void assertRounded(String key, float[] actual, float[] exact) {
    for (int i = 0; i < exact.length; i++) {
      assertEquals(
          Float.float16ToFloat(Float.floatToFloat16(exact[i])), actual[i], key + "[" + i + "]");
    }
  }

  /// Of CLIP's: the third text encoder is T5.
  private static List<Path> files() {
    return Golden.glob("*/expected/text_encoder{,_2}.safetensors");
  }

  private static ClipTextModel encoder(Path expectedFile) {
    String name = expectedFile.getFileName().toString();
    return ModelFiles.open(expectedFile.getParent().getParent())
        .textEncoder(name.substring(0, name.indexOf('.')));
  }

  /// Golden states may be of the first prompts only.
  private static void assertClose(SafetensorsFile golden, String name, Tensor actual) {
    Tensor expected = golden.tensor(name);
    Golden.assertClose(
        golden.path() + " " + name, expected, actual.slice(0, 0, expected.dim(0)), TOLERANCE);
  }
}
