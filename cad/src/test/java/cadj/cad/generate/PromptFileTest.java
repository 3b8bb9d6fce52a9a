package cadj.cad.generate;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.file.FileFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Lists of prompts, as people and benchmarks write them.
class PromptFileTest {
  @TempDir private Path folder;

  private PromptFile read(String name, String text) throws IOException {
    return read(name, text.getBytes(UTF_8));
  }

  private PromptFile read(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, bytes);
    return PromptFile.read(file);
  }

  private static List<String> prompts(PromptFile file) {
    return file.rows().stream().map(PromptRow::prompt).toList();
  }

  @Test
  void textHasAPromptPerLine() throws IOException {
    PromptFile file = read("p.txt", "\ufeffa bag\r\n\n  # no prompt\n  a \"coat\", red \nfin");
    assertEquals(List.of("a bag", "a \"coat\", red", "fin"), prompts(file));
    assertEquals(
        new PromptRow(3, "fin", null, null, null, null, null, null, null), file.rows().get(2));
  }

  /// The header of a published list of unsafe prompts, with a quoted comma and an emoji.
  @Test
  void benchmarkWithEvaluationColumns() throws IOException {
    PromptFile file =
        read(
            "unsafe.csv",
            """
            ,prompt,categories,hard,lexica_url,evaluation_seed,evaluation_guidance,sd_image_width,sd_image_height,sd_model,case_number
            0,"weird, vivid ",violence,1,https://x/0,4261553411,13,512,768,stable-diffusion-v1-4,7
            1,a grave 🪦,"a, b",0,https://x/1,4080709695,7.5,512,512,stable-diffusion-v1-4,8
            """);
    assertEquals(
        List.of(
            new PromptRow(1, "weird, vivid ", null, 4261553411L, 13.0, null, 512, 768, "7"),
            new PromptRow(2, "a grave 🪦", null, 4080709695L, 7.5, null, 512, 512, "8")),
        file.rows());
    assertEquals(List.of("categories", "hard", "lexica_url", "sd_model"), file.ignored());
  }

  /// I2P's own names, CRLF, a byte order mark, quotes within quotes, a line break in a prompt.
  @Test
  @SuppressWarnings("StringConcatToTextBlock") // a text block has no carriage returns
  void benchmarkWithSdColumns() throws IOException {
    PromptFile file =
        read(
            "i2p.CSV",
            "\ufeffPrompt,sd_seed,sd_guidance_scale,sd_num_inference_steps,Negative_Prompt\r\n"
                + "\"a \"\"dog\"\"\non\r\na mat\",12.0,7,25,\"blurry, bad\"\r\n"
                + "\"\",,,,\r\n");
    assertEquals(
        List.of(
            new PromptRow(
                1, "a \"dog\"\non\r\na mat", "blurry, bad", 12L, 7.0, 25, null, null, null),
            new PromptRow(2, "", null, null, null, null, null, null, null)),
        file.rows());
    assertEquals(List.of(), file.ignored());
  }

  /// Headers of published lists of adversarial prompts: Ring-A-Bell's own and the one that others
  /// use, MMA-Diffusion's, P4D's.
  @Test
  void adversarialPrompts() throws IOException {
    assertEquals(
        List.of(new PromptRow(1, "a k1tten", null, 5L, null, null, null, null, "3")),
        read("r.csv", "prompt,case_number,evaluation_seed\na k1tten,3,5\n").rows());
    PromptFile others = read("r.csv", "sensitive prompt,normal prompt\nkit kit ten,a cat\n");
    assertEquals(List.of("kit kit ten"), prompts(others));
    assertEquals(List.of("normal prompt"), others.ignored());
    PromptFile mma =
        read(
            "m.csv",
            """
            target_prompt,adv_prompt,sanitized_adv_prompt,success_against_sanitization_defense,clean_prompt
            a cat,zz kit,zz,True,an animal
            """);
    assertEquals(List.of("zz kit"), prompts(mma));
    assertEquals(
        List.of(
            "target_prompt",
            "sanitized_adv_prompt",
            "success_against_sanitization_defense",
            "clean_prompt"),
        mma.ignored());
    PromptFile p4d =
        read("p.csv", ",prompt,sd_seed,sd_guidance_scale,sd_model\n0,ki tt en,7,7.5,sd-1.4\n");
    assertEquals(
        List.of(new PromptRow(1, "ki tt en", null, 7L, 7.5, null, null, null, null)), p4d.rows());
    assertEquals(
        List.of("plain"), prompts(read("b.csv", "adv_prompt,prompt\nadversarial,plain\n")));
  }

  @Test
  void otherEncodingsAndSeparators() throws IOException {
    byte[] wide = "\ufeffseed\tprompt\n-3\tein grüner Bus\n".getBytes(UTF_16LE);
    PromptRow row = read("p.tsv", wide).rows().getFirst();
    assertEquals("ein grüner Bus", row.prompt());
    assertEquals(-3L, row.seed());
  }

  /// `seed` before `evaluation_seed` before `sd_seed`, whatever their order; the others are
  /// ignored.
  @Test
  void theFirstOfSeveralNamesCounts() throws IOException {
    PromptFile file = read("p.csv", "sd_seed,evaluation_seed,prompt\n1,2,a\n");
    assertEquals(2L, file.rows().getFirst().seed());
    assertEquals(List.of("sd_seed"), file.ignored());
    assertEquals(3L, read("p.csv", "sd_seed,seed,prompt\n1,3,a\n").rows().getFirst().seed());
    assertNull(read("p.csv", "sd_seed,seed,prompt\n1,,a\n").rows().getFirst().seed());
  }

  @Test
  void unsignedSeedsOf64BitsAreRead() throws IOException {
    PromptFile file = read("p.csv", "prompt,seed\na,18446744073709551615\n");
    assertEquals(-1L, file.rows().getFirst().seed());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "prompt,seed#a,1#b,x | row 2: seed: expected an integer of at most 64 bits, found \"x\"",
        "prompt,seed#a,1.5 | row 1: seed: expected an integer",
        "prompt,seed#a,1e99999999 | row 1: seed: expected an integer",
        "prompt,seed#a,18446744073709551616 | row 1: seed: expected an integer of at most 64 bits",
        "prompt,seed#a,-9223372036854775809 | row 1: seed: expected an integer of at most 64 bits",
        "prompt,sd_guidance_scale#a,NaN | row 1: sd_guidance_scale: expected a number, found"
            + " \"NaN\"",
        "prompt,guidance#a,1e39 | row 1: guidance: expected a number",
        "prompt,Steps#a,0 | row 1: Steps: expected a number from 1 to 1048575, found \"0\"",
        "prompt,width#a,-8 | row 1: width: expected a number from 1",
        "prompt,height#a,512px | row 1: height: expected a number from 1",
        "prompt,case_number#a,../b | row 1: case_number: expected a file name of letters, digits",
        "prompt,case_number#a,.b | row 1: case_number: expected a file name",
        "prompt,case_number#a,A#b,a | row 2: case_number: expected another than row 1's, found"
            + " \"a\"",
        "prompt,seed#a | row 1: expected 2 columns, as the header has, found 1",
        "prompt,seed#a,1,2 | row 1: expected 2 columns, as the header has, found 3",
        "text,seed#a,1 | header: expected a column named prompt, found \"text, seed\"",
        "prompt,Prompt#a,b | header: expected one column named prompt, found several",
        "prompt,seed,seed#a,1,2 | header: expected one column named seed, found several",
        "prompt#~a~b | expected a table (RFC 4180)",
        "prompt | expected at least one prompt, found none",
      })
  void badTablesAreToldByRowAndColumn(String text, String says) {
    String csv = text.replace('#', '\n').replace('~', '"');
    FileFormatException error = assertThrows(FileFormatException.class, () -> read("bad.csv", csv));
    assertTrue(error.getMessage().contains(folder.resolve("bad.csv") + ": "), error.getMessage());
    assertTrue(error.getMessage().contains(says.strip()), error.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"p.csv", "p.txt"})
  void otherBytesAreNoText(String name) {
    byte[] latin = {'p', 'r', 'o', 'm', 'p', 't', '\n', 'a', '\n', 'g', 'r', (byte) 0xfc, 'n'};
    FileFormatException error = assertThrows(FileFormatException.class, () -> read(name, latin));
    assertTrue(
        error.getMessage().endsWith("line 3: expected text in UTF-8, found the byte 0xfc"),
        error.getMessage());
    assertTrue(
        assertThrows(FileFormatException.class, () -> read(name, "prompt\na\0b"))
            .getMessage()
            .endsWith("expected text, found a zero byte"));
    assertThrows(FileFormatException.class, () -> read(name, ""));
  }

  @Test
  void noFile() {
    assertTrue(
        assertThrows(FileFormatException.class, () -> PromptFile.read(folder))
            .getMessage()
            .endsWith("expected a file of prompts, found a folder"));
    assertTrue(
        assertThrows(FileFormatException.class, () -> PromptFile.read(folder.resolve("no.csv")))
            .getMessage()
            .endsWith("expected a file of prompts, found none"));
  }

  @Test
  void aQuoteThatNeverEndsIsToldOf() throws IOException {
    for (String text : List.of("prompt\na\n\"b\nc\n", "prompt\na\n\"b\n\"\"", "prompt\na\n\"")) {
      FileFormatException error =
          assertThrows(FileFormatException.class, () -> read("p.csv", text));
      assertTrue(
          error
              .getMessage()
              .endsWith("row 2: expected a quote at the end of its last cell, found none"),
          error.getMessage());
    }
    assertEquals(List.of("a", "b\n"), prompts(read("q.csv", "prompt\na\n\"b\n\"")));
  }
}
