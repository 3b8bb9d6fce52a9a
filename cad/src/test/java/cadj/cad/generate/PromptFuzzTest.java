package cadj.cad.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.json.HostileFile;
import cadj.tensor.json.Mutator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ten thousand damaged tables and texts: read, or one error of one line, in bounded memory.
class PromptFuzzTest {
  private static final int MUTANTS = 10_000;
  private static final long BOUND = 4L << 20;

  private static final String TABLE =
      """
      ,case_number,prompt,negative_prompt,evaluation_seed,sd_guidance_scale,steps,width,height,artist
      0,0,"a ""dog"", red",blurry,4261553411,7.5,50,512,768,x
      1,1,"two
      lines",,12,,,,,y
      2,2,🪦 café,,,3,25,64,64,"z, ä"
      """;

  private static final List<String> PIECES =
      List.of(
          "\"",
          "\"\"",
          ",",
          "\n",
          "\r\n",
          "\r",
          "\t",
          "\0",
          "\u00ff",
          "prompt",
          "seed",
          "../x",
          "NaN",
          "1e999999999",
          "99999999999999999999",
          "-1",
          "0x10",
          "٣");

  @TempDir private Path folder;

  @Test
  void tables() throws IOException {
    damage("mutant.csv", TABLE, 0.2, 0.9);
  }

  @Test
  void texts() throws IOException {
    damage("mutant.txt", TABLE, 0.5, 1);
  }

  private void damage(String name, String whole, double least, double most) throws IOException {
    Path file = folder.resolve(name);
    Mutator mutator = new Mutator(new Random(20261129), PIECES);
    int accepted = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = whole.getBytes(UTF_8);
      for (int edits = 1 + mutator.random().nextInt(3); edits > 0; edits--) {
        mutant = mutator.mutate(mutant);
      }
      Files.write(file, mutant);
      accepted += HostileFile.accepted(file, BOUND, () -> PromptFile.read(file)) ? 1 : 0;
    }
    double share = (double) accepted / MUTANTS;
    assertTrue(share > least && share < most, accepted + " were accepted");
  }
}
