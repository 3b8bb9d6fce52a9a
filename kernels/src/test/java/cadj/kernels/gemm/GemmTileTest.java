package cadj.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GemmTileTest {
  @Test
  void theCommittedSourceIsWhatTheGeneratorPrints() throws IOException {
    Path file = Path.of("src/main/java/cadj/kernels/gemm/GemmTile.java");
    assertEquals(GemmTileGenerator.source(), Files.readString(file));
  }
}
