package cadj.kernels.ptxfile;

import static cadj.kernels.ptxfile.Compiled.shape;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.Cpu;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.emulator.EmulatedDriver.Checks;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `wmma` against a plain product, for shapes, types, and the order of elements in memory.
class WarpMatricesTest {
  private static String registers(String prefix, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "%" + prefix + i)
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static ElementType element(String type) {
    return type.equals("tf32") ? ElementType.F32 : ElementType.of(type.replaceFirst("^s", "i"));
  }

  private static double[] random(int seed, int count, String type) {
    SplittableRandom random = new SplittableRandom(seed);
    int least = type.equals("u8") ? 0 : -8;
    return IntStream.range(0, count).mapToDouble(i -> random.nextInt(least, 9)).toArray();
  }

  private static Argument.Array array(String type, double[] values) {
    ElementType element = element(type);
    return Argument.Array.of(element, values.length, i -> element.bits(values[i]));
  }

  /// Element (row, column) in memory, rows or columns being `stride` apart.
  private static int at(String order, int row, int column, int stride) {
    return order.equals("row") ? row * stride + column : column * stride + row;
  }

  @ParameterizedTest
  @CsvSource({
    "16, 16, 16, f16, f32, 8, 8, 8, row, col, row, .global",
    "16, 16, 16, f16, f32, 8, 8, 8, col, row, col, ''",
    "32, 8, 16, f16, f32, 8, 8, 8, row, row, row, .global",
    "8, 32, 16, f16, f16, 8, 8, 4, col, col, col, .global",
    "16, 16, 16, bf16, f32, 4, 4, 8, row, col, row, .global",
    "32, 8, 16, bf16, f32, 8, 2, 8, row, col, row, .global",
    "16, 16, 8, tf32, f32, 4, 4, 8, col, row, row, .global",
    "16, 16, 16, u8, s32, 2, 2, 8, row, col, row, .global",
    "8, 32, 16, s8, s32, 1, 4, 8, col, row, col, .global",
    "8, 8, 4, f64, f64, 1, 1, 2, row, col, row, .global"
  })
  void product(
      int m,
      int n,
      int k,
      String type,
      String sum,
      int inA,
      int inB,
      int inC,
      String orderA,
      String orderB,
      String orderC,
      String space) {
    String form = "m%dn%dk%d".formatted(m, n, k);
    String kind = type.equals("f64") ? "f64" : "b32";
    String sumKind = sum.equals("f16") || sum.equals("s32") ? "b32" : sum;
    int strideA = (orderA.equals("row") ? k : m) + 3;
    int strideB = (orderB.equals("row") ? n : k) + 5;
    int strideC = orderC.equals("row") ? n : m;
    String types =
        type.equals("f16") ? sum + "." + sum : "%s.%s.%s.%s".formatted(sum, type, type, sum);
    String text =
        """
        .version 7.0
        .target sm_80
        .address_size 64
        .visible .entry k(.param .u64 a, .param .u64 b, .param .u64 c, .param .u64 d) {
          .reg .KIND %a<INA>, %b<INB>; .reg .SUMKIND %c<INC>, %d<INC>;
          .reg .b64 %pa, %pb, %pc, %pd; .reg .b32 %s;
          ld.param.u64 %pa, [a]; ld.param.u64 %pb, [b]; ld.param.u64 %pc, [c]; ld.param.u64 %pd, [d];
          mov.u32 %s, STRIDEA;
          wmma.load.a.sync.aligned.ORDERA.FORMSPACE.TYPE RA, [%pa], %s;
          wmma.load.b.sync.aligned.ORDERB.FORMSPACE.TYPE RB, [%pb], STRIDEB;
          wmma.load.c.sync.aligned.ORDERC.FORMSPACE.SUM RC, [%pc];
          wmma.mma.sync.aligned.ORDERA.ORDERB.FORM.TYPES RD, RA, RB, RC;
          wmma.store.d.sync.aligned.ORDERC.FORMSPACE.SUM [%pd+0], RD, STRIDEC;
          ret;
        }
        """
            .replace("SUMKIND", sumKind)
            .replace("KIND", kind)
            .replace("INA", "" + inA)
            .replace("INB", "" + inB)
            .replace("INC", "" + inC)
            .replace("STRIDEA", "" + strideA)
            .replace("STRIDEB", "" + strideB)
            .replace("STRIDEC", "" + strideC)
            .replace("ORDERA", orderA)
            .replace("ORDERB", orderB)
            .replace("ORDERC", orderC)
            .replace("FORM", form)
            .replace("SPACE", space)
            .replace("TYPES", types)
            .replace("TYPE", type)
            .replace("SUM", sum)
            .replace("RA", registers("a", inA))
            .replace("RB", registers("b", inB))
            .replace("RC", registers("c", inC))
            .replace("RD", registers("d", inC));
    double[] a = random(1, 32 * 40, type);
    double[] b = random(2, 32 * 40, type);
    double[] c = random(3, m * n, sum);
    PtxFile file = PtxFile.of("k.ptx", text);
    try (EmulatedDriver driver = new EmulatedDriver(new Cpu(1), Checks.ALL)) {
      Argument.Array d =
          new EntryRun(
                  file,
                  file.entry(null),
                  shape(1, 32),
                  List.of(
                      array(type, a),
                      array(type, b),
                      array(sum, c),
                      new Argument.Array(element(sum), m * n, null)))
              .on(driver)
              .get(3);
      for (int row = 0; row < m; row++) {
        for (int column = 0; column < n; column++) {
          int place = at(orderC, row, column, strideC);
          double expected = c[place];
          for (int i = 0; i < k; i++) {
            expected += a[at(orderA, row, i, strideA)] * b[at(orderB, i, column, strideB)];
          }
          assertEquals(expected, d.type().value(d.bits(place)), row + ", " + column);
        }
      }
    }
  }
}
