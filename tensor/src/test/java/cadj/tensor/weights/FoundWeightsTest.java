package cadj.tensor.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.file.FileFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Which of a folder's files are a part's weights: by name alone, so the files here are empty.
final class FoundWeightsTest {
  @TempDir private Path folder;

  /// Names of files in a folder, which of them diffusers and transformers take, and as what
  /// variant.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # plain
          D | S.safetensors                                                | S.safetensors            |
          T | S.safetensors config.json                                    | S.safetensors            |
          D | S.safetensors.index.json S-00001-of-00002.safetensors        | S.safetensors.index.json |
          T | S.safetensors.index.json S-00001-of-00002.safetensors        | S.safetensors.index.json |
          # an index and a single file: each library has its own preference
          D | S.safetensors S.safetensors.index.json                       | S.safetensors.index.json |
          T | S.safetensors S.safetensors.index.json                       | S.safetensors            |
          D | S.fp16.safetensors S.safetensors.index.fp16.json             | S.safetensors.index.fp16.json | fp16
          T | S.fp16.safetensors S.safetensors.index.fp16.json             | S.fp16.safetensors       | fp16
          D | B.bin B.bin.index.json                                       | B.bin.index.json         |
          T | B.bin B.bin.index.json                                       | B.bin                    |
          # torch files, after safetensors of the same variant
          D | B.bin                                                        | B.bin                    |
          T | B.bin                                                        | B.bin                    |
          T | B.bin.index.json B-00001-of-00002.bin                        | B.bin.index.json         |
          T | B.bin S.safetensors.index.json                               | S.safetensors.index.json |
          D | B.bin S.safetensors                                          | S.safetensors            |
          D | B.bin S.fp16.safetensors                                     | B.bin                    |
          D | B.fp16.bin                                                   | B.fp16.bin               | fp16
          D | B.fp16.bin S.fp16.safetensors                                | S.fp16.safetensors       | fp16
          # variants of any name, plain before them
          D | S.bf16.safetensors                                           | S.bf16.safetensors       | bf16
          T | S.non_ema.safetensors                                        | S.non_ema.safetensors    | non_ema
          T | S.my-own.v2.safetensors                                      | S.my-own.v2.safetensors  | my-own.v2
          D | S.fp16.safetensors S.safetensors                             | S.safetensors            |
          D | S.fp16.safetensors S.non_ema.safetensors S.safetensors       | S.safetensors            |
          # shards of variants: today's names, and those of older diffusers
          D | S.safetensors.index.fp16.json S.fp16-00001-of-00002.safetensors | S.safetensors.index.fp16.json | fp16
          T | S.safetensors.index.fp16.json S.fp16-00001-of-00002.safetensors | S.safetensors.index.fp16.json | fp16
          D | S.safetensors.fp16.index.json S-00001-of-00002.fp16.safetensors | S.safetensors.fp16.index.json | fp16
          T | B.bin.index.fp16.json B.fp16-00001-of-00002.bin              | B.bin.index.fp16.json    | fp16
          """)
  void whatIsTaken(String library, String files, String taken, @Nullable String variant)
      throws IOException {
    WeightNames names = names(library);
    touch(names, files);
    FoundWeights found = WeightFiles.find(folder, names, null);
    assertEquals(name(names, taken), String.valueOf(found.path().getFileName()));
    assertEquals(variant == null ? "" : variant, found.variant());
  }

  private static WeightNames names(String library) {
    return library.equals("D") ? WeightNames.DIFFUSERS : WeightNames.TRANSFORMERS;
  }

  /// `S` stands for the stem of safetensors, `B` for that of torch files.
  private static String name(WeightNames names, String pattern) {
    return switch (names) {
      case DIFFUSERS -> pattern.replaceFirst("^[SB]", "diffusion_pytorch_model");
      case TRANSFORMERS -> pattern.replaceFirst("^S", "model").replaceFirst("^B", "pytorch_model");
    };
  }

  private void touch(WeightNames names, String files) throws IOException {
    for (String file : files.split(" ", -1)) {
      Files.createFile(folder.resolve(name(names, file)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theVariantThatIsAskedFor(WeightNames names) throws IOException {
    touch(names, "S.safetensors S.fp16.safetensors S.non_ema.safetensors B.old.bin");
    for (String variant : List.of("fp16", "non_ema", "old")) {
      FoundWeights found = WeightFiles.find(folder, names, variant);
      assertEquals(variant, found.variant());
      assertTrue(String.valueOf(found.path().getFileName()).contains("." + variant + "."));
      assertEquals(List.of(), found.notes());
    }
    FoundWeights plain = WeightFiles.find(folder, names, "bf16");
    assertEquals("", plain.variant());
    assertEquals(
        List.of(folder + ": took plain weights, as there is no variant bf16"), plain.notes());
  }

  @ParameterizedTest
  @EnumSource
  void severalVariantsAreForTheUserToChooseFrom(WeightNames names) throws IOException {
    touch(names, "S.fp16.safetensors S.bf16.safetensors B.ema.bin");
    assertEquals(
        folder
            + ": expected plain weights, or a choice with --variant NAME, found the variants bf16,"
            + " ema, fp16",
        refusal(names, null));
    assertEquals(
        folder
            + ": expected weights of the variant \"int8\", or plain ones, found the variants bf16,"
            + " ema, fp16",
        refusal(names, "int8"));
  }

  @Test
  void whatIsSaidOfAChoice() throws IOException {
    touch(WeightNames.DIFFUSERS, "S.fp16.safetensors S.safetensors.index.fp16.json B.fp16.bin");
    assertEquals(
        List.of(
            folder + ": took the variant fp16, as there are no plain weights",
            folder
                + ": took diffusion_pytorch_model.safetensors.index.fp16.json, not"
                + " diffusion_pytorch_model.fp16.safetensors beside it"),
        WeightFiles.find(folder, WeightNames.DIFFUSERS, null).notes());
  }

  @Test
  void nothingToSayOfTheUsual() throws IOException {
    touch(WeightNames.TRANSFORMERS, "S.safetensors B.bin S.fp16.safetensors config.json");
    assertEquals(List.of(), WeightFiles.find(folder, WeightNames.TRANSFORMERS, null).notes());
  }

  @Test
  void noWeights() throws IOException {
    String expected =
        folder
            + ": expected model.safetensors, its .index.json, pytorch_model.bin, or a variant such"
            + " as model.fp16.safetensors, found ";
    assertEquals(expected + "an empty folder", refusal(WeightNames.TRANSFORMERS, null));
    String[] others = {
      "config.json",
      "flax_model.msgpack",
      "model",
      "model-00001-of-00002.safetensors",
      "model.fp16-00001-of-00002.safetensors",
      "model.safetensors.json",
      "models.safetensors",
      "pytorch_model.safetensors",
      "tf_model.h5"
    };
    for (String other : others) {
      Files.createFile(folder.resolve(other));
    }
    assertEquals(
        expected + String.join(", ", Arrays.asList(others).subList(0, 8)) + " and 1 more",
        refusal(WeightNames.TRANSFORMERS, null));
  }

  private String refusal(WeightNames names, @Nullable String variant) {
    return assertThrows(FileFormatException.class, () -> WeightFiles.find(folder, names, variant))
        .getMessage();
  }
}
