package cadj.cad.edit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.ops.Mul;
import cadj.cad.edit.Ablation.Per;
import cadj.cad.edit.Ablation.Ratio;
import cadj.cad.edit.Ablation.Which;
import cadj.cad.sd3.SD3Tiny;
import cadj.cad.sd3.SD3Tiny.Form;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Which weights go, against the published code: exactly, when fed the published gradients.
@GoldenTest
class AblationGoldenTest {
  @Test
  void syntheticCases() {
    Path index = Golden.require("ablate-synthetic/index.json");
    try (SafetensorsFile golden = Golden.open("ablate-synthetic/cases.safetensors")) {
      for (JsonObject entry : JsonFile.readList(index).objects()) {
        String tensor = entry.string("tensor");
        Tensor weight = golden.tensor(tensor + "/weight");
        Tensor score = Mul.mul(weight, golden.tensor(tensor + "/grad"));
        Map<String, int[]> zeroed = PublishedAblation.of(entry).select(one(tensor, score));
        int[] indices = zeroed.getOrDefault(tensor, new int[0]);
        String key = entry.string("key");
        assertEquals(entry.integer("zeroed"), indices.length, key);
        if (!entry.bool("tie_at_cut")) {
          Patch patch = Patch.zeroing(zeroed, Map.of(tensor, weight), Map.of());
          Tensor edited = patch.apply(Map.of(tensor, weight)).get(tensor);
          assertBits(key, golden.tensor(key + "/edited"), edited);
        }
        Golden.count(1);
      }
    }
  }

  private static SequencedMap<String, Tensor> one(String name, Tensor tensor) {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    out.put(name, tensor);
    return out;
  }

  @Test
  void models() throws NoSuchAlgorithmException {
    for (Path file : Golden.glob("*/expected/cad/ablate_*.json")) {
      String model = Golden.name(file).substring(0, Golden.name(file).indexOf('/'));
      check(
          model + "/expected/cad/",
          file.getFileName().toString().replaceAll("ablate_|\\.json", ""),
          ModelFiles.open(Golden.require(model + "/unet/config.json").getParent().getParent())
              .denoiser());
    }
  }

  /// By the published code's function, which takes the text's feed-forward layers too.
  @ParameterizedTest
  @EnumSource
  void stableDiffusion3(Form form) throws NoSuchAlgorithmException {
    for (String objective : List.of("erase", "amplify")) {
      check("sd3-tiny/expected/cad/" + form.folder() + "/", objective, form.denoiser());
    }
  }

  private static void check(String folder, String objective, Denoiser denoiser)
      throws NoSuchAlgorithmException {
    String gradients = objective.equals("erase") ? "erase_loop" : objective;
    JsonObject json = JsonFile.read(Golden.require(folder + "ablate_" + objective + ".json"));
    checkBudgets(json, denoiser);
    try (SafetensorsFile golden = Golden.open(folder + gradients + ".safetensors")) {
      SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
      assertEquals(
          json.list("ff_params").strings(),
          List.copyOf(denoiser.parameters(List.of(Sites.FF)).keySet()));
      for (String name : json.list("ff_params").strings()) {
        scores.put(name, Mul.mul(denoiser.parameters().get(name), golden.tensor("grad." + name)));
      }
      for (JsonObject entry : json.list("cases").objects()) {
        Map<String, int[]> zeroed = PublishedAblation.of(entry).select(scores);
        Patch patch = Patch.zeroing(zeroed, denoiser.parameters(), Map.of());
        SequencedMap<String, Tensor> edited = patch.apply(denoiser.parameters());
        checkCase(entry, scores, zeroed, edited);
        checkFiles(folder, objective, entry.string("key"), zeroed, edited, denoiser);
        Golden.count(1);
      }
    }
  }

  /// What edited transformers of Stable Diffusion 3 predict.
  @ParameterizedTest
  @EnumSource
  void stableDiffusion3Edited(Form form) {
    Denoiser denoiser = form.denoiser();
    try (SafetensorsFile gradients = form.expected("erase_loop");
        SafetensorsFile expected = form.expected("ablate_erase_forward")) {
      SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
      denoiser
          .parameters(List.of(Sites.FF))
          .forEach((name, w) -> scores.put(name, Mul.mul(w, gradients.tensor("grad." + name))));
      for (Which which : Which.values()) {
        Map<String, int[]> zeroed = new Ablation(which, Per.ROW, new Ratio(0.1)).select(scores);
        Tensor out =
            Patch.zeroing(zeroed, denoiser.parameters(), Map.of())
                .apply(denoiser)
                .forward(
                    expected.tensor("latents"),
                    expected.tensor("timestep").item(),
                    SD3Tiny.conditioning(expected));
        String name = which.name().toLowerCase(Locale.ROOT) + ".rows.0.1";
        Golden.assertClose(form + " " + name, expected.tensor(name), out, 1e-5);
        Golden.count(1);
      }
    }
  }

  /// int(ratio·n) of a row, and of the whole matrix if that was recorded.
  private static void checkBudgets(JsonObject json, Denoiser denoiser) {
    JsonObject budgets = json.object("int_ratio_n");
    for (String key : budgets.keys()) {
      int bar = key.indexOf('|');
      Tensor parameter = denoiser.parameters().get(key.substring(0, bar));
      Ratio ratio = new Ratio(Double.parseDouble(key.substring(bar + 1)));
      if (budgets.get(key).isList()) {
        int[] expected = budgets.intList(key);
        assertEquals(expected[0], ratio.of(parameter.dim(1)), key);
        assertEquals(expected[1], ratio.of(parameter.elements()), key);
      } else {
        assertEquals(budgets.integer(key), ratio.of(parameter.dim(1)), key);
      }
    }
  }

  private static void checkCase(
      JsonObject entry,
      SequencedMap<String, Tensor> scores,
      Map<String, int[]> zeroed,
      SequencedMap<String, Tensor> edited)
      throws NoSuchAlgorithmException {
    JsonObject parameters = entry.object("params");
    for (String name : parameters.keys()) {
      JsonObject expected = parameters.object(name);
      String what = entry.string("key") + " " + name;
      int[] indices = zeroed.getOrDefault(name, new int[0]);
      assertEquals(expected.integer("zeroed"), indices.length, what);
      byte[] mask = new byte[scores.get(name).elements()];
      Arrays.fill(mask, (byte) 1);
      for (int i : indices) {
        mask[i] = 0;
      }
      assertEquals(expected.string("mask_sha256"), sha256(mask), what);
      float[] values = edited.get(name).toFloats();
      int negativeZeros = 0;
      ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      for (float value : values) {
        negativeZeros += Float.floatToRawIntBits(value) == Integer.MIN_VALUE ? 1 : 0;
        bytes.putFloat(value + 0f);
      }
      assertEquals(expected.string("edited_f32le_sha256"), sha256(bytes.array()), what);
      if (expected.has("negative_zeros")) {
        assertEquals(expected.integer("negative_zeros"), negativeZeros, what);
      }
    }
  }

  private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static void checkFiles(
      String folder,
      String objective,
      String key,
      Map<String, int[]> zeroed,
      SequencedMap<String, Tensor> edited,
      Denoiser denoiser) {
    Golden.find(folder + "ablate_" + objective + "_masks.safetensors")
        .ifPresent(
            file -> {
              try (SafetensorsFile masks = Golden.open(file)) {
                for (String name : masks.names()) {
                  if (name.startsWith(key + "/")) {
                    String parameter = name.substring(key.length() + 1);
                    int[] indices = zeroed.getOrDefault(parameter, new int[0]);
                    assertMask(
                        name,
                        masks.tensor(name).toLongs(),
                        indices,
                        edited.get(parameter).elements());
                  }
                }
              }
            });
    Golden.find(folder + "ablate_" + objective + "_edited.safetensors")
        .ifPresent(
            file -> {
              try (SafetensorsFile expected = Golden.open(file)) {
                for (String name : expected.names()) {
                  if (name.startsWith(key + "/") && !name.contains("/forward.")) {
                    assertBits(
                        name, expected.tensor(name), edited.get(name.substring(key.length() + 1)));
                  } else if (name.startsWith(key + "/forward.t")) {
                    Denoiser model = denoiser.with(edited);
                    String t = name.replaceAll(".*/forward\\.t([0-9]+)\\.out", "$1");
                    Tensor out =
                        model.forward(
                            expected.tensor(key + "/forward.latents"),
                            Float.parseFloat(t),
                            Conditioning.of(
                                expected.tensor(key + "/forward.encoder_hidden_states")));
                    Golden.assertClose(name, expected.tensor(name), out, 1e-5);
                    Golden.count(1);
                  }
                }
              }
            });
  }

  private static void assertMask(String what, long[] packed, int[] zeroed, int weights) {
    boolean[] kept = PublishedAblation.kept(packed);
    for (int i : zeroed) {
      assertFalse(kept[i], what + " at " + i);
      kept[i] = true;
    }
    for (int i = 0; i < weights; i++) {
      assertTrue(kept[i], what + " at " + i);
    }
  }

  private static void assertBits(String what, Tensor expected, Tensor actual) {
    float[] e = expected.toFloats();
    float[] a = actual.toFloats();
    assertEquals(e.length, a.length, what);
    for (int i = 0; i < e.length; i++) {
      assertEquals(Float.floatToRawIntBits(e[i]), Float.floatToRawIntBits(a[i]), what + " at " + i);
    }
  }
}
