package cadj.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GemmTileTest {
  @Test
  void theCommittedSourceIsWhatTheGeneratorPrints() throws IOException {
    assertCommitted(GemmTileGenerator.source(), "GemmTile");
  }

  @Test
  void theSameForTheTransposedTile() throws IOException {
    assertCommitted(GemmTileGenerator.transposedSource(), "TransposedTile");
  }

  private static void assertCommitted(String source, String name) throws IOException {
    Path file = Path.of("src/main/java/cadj/kernels/gemm/" + name + ".java");
    assertEquals(source, Files.readString(file));
  }
}
