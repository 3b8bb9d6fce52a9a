package cadj.models.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.DType;
import cadj.models.clip.ClipTextModel;
import cadj.models.denoiser.Conditioning;
import cadj.models.original.KeyRow;
import cadj.models.original.LdmFile;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Files in the original layout: every tensor is the folder's, and outputs are those of diffusers
/// for the same weights. The files are the recorded ones where the set has them, and ones made by
/// the recorded key map.
@GoldenTest
class OriginalFileGoldenTest {
  private static final double TOLERANCE = 1e-5;

  @TempDir private static Path temp;

  /// @param stored type of the file's floats
  /// @param expected prefix of its recorded outputs, or null where the folder's hold
  record Case(String model, DType stored, @Nullable String expected, @Nullable String recorded) {
    Path folder() {
      return Golden.require(model + "/model_index.json").getParent();
    }

    ModelFiles open() {
      Path file =
          recorded == null
              ? LdmFile.write(temp.resolve(model + ".safetensors"), folder(), stored)
              : Golden.require(recorded);
      return ModelFiles.open(file, folder());
    }
  }

  static Stream<Case> cases() {
    List<Case> made =
        List.of(
            new Case("sd1-tiny", DType.F32, null, null),
            new Case("sd2-tiny", DType.F16, "sd2.fp16", null),
            new Case("sdxl-tiny", DType.F16, "sdxl.fp16", null));
    List<Case> recorded =
        List.of(
            new Case("sd1-tiny", DType.F32, null, "checkpoints/sd1.ldm.safetensors"),
            new Case("sd2-tiny", DType.F16, "sd2.fp16", "checkpoints/sd2.ldm.fp16.safetensors"),
            new Case("sdxl-tiny", DType.F16, "sdxl.fp16", "checkpoints/sdxl.ldm.fp16.safetensors"),
            new Case("sd2-tiny", DType.F16, "sd2.fp16", "checkpoints/sd2.ema.fp16.ckpt"));
    return Stream.concat(
        made.stream(), recorded.stream().filter(c -> Golden.find(c.recorded).isPresent()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyTensorIsTheFoldersToTheBit(Case c) {
    ModelFiles file = c.open();
    List<KeyRow> rows = KeyRow.of(c.model);
    for (String part : new HashSet<>(rows.stream().map(KeyRow::part).toList())) {
      Set<String> names = new HashSet<>();
      try (Checkpoint actual = file.checkpoint(part);
          SafetensorsFile expected = SafetensorsFile.open(LdmFile.weights(c.folder(), part))) {
        for (KeyRow row : rows) {
          if (row.part().equals(part)) {
            names.add(row.key());
            assertEquals(expected.shape(row.key()), actual.shape(row.key()), row.key());
            assertEquals(c.stored, actual.dtype(row.key()), row.key());
            assertArrayEquals(
                rounded(expected.tensor(row.key()).toFloats(), c.stored),
                actual.tensor(row.key()).toFloats(),
                row.key());
          }
        }
        assertEquals(names, actual.names(), part);
      }
    }
    Golden.count(rows.size());
  }

  private static float[] rounded(float[] values, DType stored) {
    if (stored == DType.F16) {
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.float16ToFloat(Float.floatToFloat16(values[i]));
      }
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void denoiserAndVae(Case c) {
    ModelFiles file = c.open();
    try (SafetensorsFile inputs = Golden.open(c.model + "/expected/unet.safetensors");
        SafetensorsFile pictures = Golden.open(c.model + "/expected/vae.safetensors");
        SafetensorsFile rounded = Golden.open("checkpoints/expected.safetensors")) {
      Conditioning condition =
          new Conditioning(
              inputs.tensor("encoder_hidden_states"),
              inputs.contains("text_embeds") ? inputs.tensor("text_embeds") : null,
              inputs.contains("time_ids") ? inputs.tensor("time_ids") : null);
      Tensor out = file.denoiser().forward(inputs.tensor("latents"), 1, condition);
      assertClose(inputs, "out.t1", rounded, c.expected, "unet_out", out);
      Tensor decoded = file.vae().decode(pictures.tensor("latents"));
      assertClose(pictures, "decoded", rounded, c.expected, "vae_decoded", decoded);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void textEncoders(Case c) {
    ModelFiles file = c.open();
    for (String part : c.open().pipeline().textEncoders()) {
      ClipTextModel encoder = file.textEncoder(part);
      try (SafetensorsFile folders = Golden.open(c.model + "/expected/" + part + ".safetensors");
          SafetensorsFile rounded = Golden.open("checkpoints/expected.safetensors")) {
        Tensor states =
            encoder.forward(folders.tensor("input_ids").slice(0, 0, 2)).lastHiddenState();
        if (c.expected == null) {
          Golden.assertClose(
              part, folders.tensor("last_hidden_state").slice(0, 0, 2), states, TOLERANCE);
          Golden.count(1);
        } else {
          assertClose(folders, "", rounded, c.expected, part + ".last_hidden_state", states);
        }
      }
    }
  }

  private static void assertClose(
      SafetensorsFile folders,
      String name,
      SafetensorsFile rounded,
      @Nullable String expected,
      String output,
      Tensor actual) {
    Tensor golden =
        expected == null ? folders.tensor(name) : rounded.tensor(expected + "." + output);
    Golden.assertClose(output, golden, actual, TOLERANCE);
    Golden.count(1);
  }
}
