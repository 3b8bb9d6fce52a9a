package cadj.kernels.profiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which part of the machine runs an instruction, and what work that is for one thread.
final class InstructionClassTest {
  private static Instruction instruction(String name, Operand... operands) {
    String[] parts = name.split("\\.", 2);
    List<String> modifiers = parts.length == 1 ? List.of() : List.of(parts[1].split("\\."));
    return new Instruction(1, null, parts[0], modifiers, Arrays.asList(operands));
  }

  @ParameterizedTest
  @CsvSource({
    "add.rn.f32, FLOAT, 1, 4",
    "fma.rn.f32, FLOAT, 2, 4",
    "neg.f32, FLOAT, 0, 4",
    "max.f32, FLOAT, 0, 4",
    "div.rn.f32, FLOAT, 1, 4",
    "ex2.approx.f32, FLOAT, 1, 4",
    "fma.rn.f64, DOUBLE, 2, 8",
    "fma.rn.f16x2, HALF, 4, 4",
    "add.f16, HALF, 1, 2",
    "mad.lo.u32, INTEGER, 0, 4",
    "shl.b32, INTEGER, 0, 4",
    "and.pred, PREDICATE, 0, 0",
    "setp.lt.f32, PREDICATE, 0, 4",
    "cvt.rn.f16.f32, CONVERSION, 0, 4",
    "mov.b32, MOVE, 0, 4",
    "selp.f32, MOVE, 0, 4",
    "cvta.to.global.u64, MOVE, 0, 8",
    "ld.global.nc.v4.f32, GLOBAL, 0, 16",
    "ld.f32, GLOBAL, 0, 4",
    "st.global.v2.u16, GLOBAL, 0, 4",
    "atom.global.add.u32, GLOBAL, 0, 4",
    "red.shared.add.f32, SHARED, 0, 4",
    "ld.shared.v4.f32, SHARED, 0, 16",
    "ldmatrix.sync.aligned.m8n8.x4.shared.b16, SHARED, 0, 2",
    "ld.local.u8, LOCAL, 0, 1",
    "ld.param.u64, CONSTANT, 0, 8",
    "ld.const.f32, CONSTANT, 0, 4",
    "cp.async.commit_group, BARRIER, 0, 0",
    "shfl.sync.bfly.b32, WARP, 0, 4",
    "vote.sync.ballot.b32, WARP, 0, 4",
    "bar.sync, BARRIER, 0, 0",
    "bra.uni, BRANCH, 0, 0",
    "call.vprintf, BRANCH, 0, 0",
    "mbarrier.arrive.shared.b64, BARRIER, 0, 8",
    "st.param.b32, MOVE, 0, 4",
    "isspacep.shared, PREDICATE, 0, 0",
    "wmma.load.a.sync.aligned.row.m16n16k16.shared.f16, SHARED, 0, 2",
    "wmma.mma.sync.aligned.row.col.m16n16k16.f32.f32, TENSOR, 256, 4",
    "exit, BRANCH, 0, 0",
    "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32, TENSOR, 64, 4",
    "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32, TENSOR, 128, 4",
  })
  void kinds(String name, InstructionClass expected, int flops, int bytes) {
    Instruction it = instruction(name);
    assertEquals(expected, InstructionClass.of(it));
    assertEquals(flops, InstructionCost.flops(it), "flops");
    if (!it.opcode().equals("cp")) {
      assertEquals(bytes, InstructionCost.bytes(it), "bytes");
    }
  }

  @ParameterizedTest
  @CsvSource({"4", "16"})
  void asynchronousCopiesSayTheirSize(int bytes) {
    Operand address = new Operand.Address(null, 0);
    Instruction it =
        instruction("cp.async.cg.shared.global", address, address, new Operand.Whole(bytes));
    assertEquals(InstructionClass.GLOBAL, InstructionClass.of(it));
    assertEquals(bytes, InstructionCost.bytes(it));
  }
}
