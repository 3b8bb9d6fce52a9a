package cadj.kernels.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.Factors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardTilesTest {
  @ParameterizedTest
  @CsvSource({
    "F32, 1, attention_forward_f32_40, 64, 40, 128",
    "F32, 40, attention_forward_f32_40, 64, 40, 128",
    "F32, 41, attention_forward_f32_64, 64, 64, 128",
    "F32, 96, attention_forward_f32_128, 64, 128, 128",
    "F32, 161, attention_forward_f32_512, 64, 512, 256",
    "F32, 513, attention_forward_f32_512, 64, 512, 256",
    "TF32, 40, attention_forward_tf32_40, 128, 40, 128",
    "BF16, 64, attention_forward_bf16_64, 128, 64, 128",
    "BF16, 80, attention_forward_bf16_80, 64, 80, 128",
    "TF32, 512, attention_forward_tf32_512, 32, 512, 256",
    "TF32, 44, attention_forward_f32_64, 64, 64, 128",
    "BF16, 600, attention_forward_f32_512, 64, 512, 256"
  })
  void fitTheHead(Factors factors, int dim, String kernel, int rows, int columns, int threads) {
    ForwardTiles tiles = ForwardTiles.of(factors, dim);
    assertEquals(kernel, tiles.kernel());
    assertEquals(rows, tiles.rows());
    assertEquals(columns, tiles.columns());
    assertEquals(threads, tiles.threads());
  }
}
