package cadj.kernels.emulator.translate;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import cadj.kernels.emulator.run.BasicBlock;
import cadj.kernels.emulator.run.GeneratedCode;
import cadj.kernels.emulator.run.KernelCode;
import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import cadj.kernels.ptx.PtxKernel;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/// Makes the bytecode of a kernel: a class with a method for each piece of each basic block.
///
/// Pieces are short, so that the JVM's compiler takes them. They hold little but calls of the
/// shared loops over lanes ([LaneLoops]).
final class KernelCompiler {
  /// Registers that a piece names, more or less. Each takes some 20 bytes of bytecode with checks
  /// on, and the JVM leaves methods of over 8,000 bytes to the interpreter.
  private static final int PIECE = 160;

  private static final ClassDesc KERNEL = GeneratedCode.named("Kernel");
  private static final ClassDesc SUPER = Emitter.classOf(KernelCode.class);
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(CD_void, Emitter.WARP, CD_int, CD_int);
  private static final MethodTypeDesc PIECE_TYPE = MethodTypeDesc.of(CD_void, Emitter.WARP, CD_int);

  private final Translation translation;
  private final List<BasicBlock> blocks;

  private KernelCompiler(Translation translation, List<BasicBlock> blocks) {
    this.translation = translation;
    this.blocks = blocks;
  }

  static KernelCode compile(Translation translation, List<BasicBlock> blocks) {
    return new KernelCompiler(translation, blocks).compile();
  }

  private KernelCode compile() {
    return GeneratedCode.kernel(ClassFile.of().build(KERNEL, this::build));
  }

  private void build(ClassBuilder built) {
    built.withSuperclass(SUPER).withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
    built.withMethodBody(
        INIT_NAME,
        MTD_void,
        0,
        code -> code.aload(0).invokespecial(SUPER, INIT_NAME, MTD_void).return_());
    built.withMethodBody("run", RUN, 0, this::dispatch);
    PtxKernel kernel = translation.kernel();
    for (int b = 0; b < blocks.size(); b++) {
      BasicBlock block = blocks.get(b);
      List<Integer> starts = pieces(block);
      for (int p = 0; p < starts.size(); p++) {
        int start = starts.get(p);
        int end = p + 1 < starts.size() ? starts.get(p + 1) : block.end();
        List<Instruction> piece = kernel.body().subList(start, end);
        built.withMethodBody(
            name(b, p), PIECE_TYPE, ClassFile.ACC_STATIC, code -> piece(code, start, piece));
      }
    }
  }

  /// Where the pieces of a block start.
  private List<Integer> pieces(BasicBlock block) {
    List<Integer> starts = new ArrayList<>();
    int size = PIECE;
    for (int i = block.start(); i < block.end(); i++) {
      int registers = 2;
      for (Operand operand : translation.kernel().body().get(i).operands()) {
        registers += operand instanceof Operand.Group(List<Operand> parts) ? parts.size() : 1;
      }
      size += registers;
      if (size > PIECE) {
        starts.add(i);
        size = registers;
      }
    }
    return starts;
  }

  private static String name(int block, int piece) {
    return "block" + block + "_" + piece;
  }

  private void piece(CodeBuilder code, int start, List<Instruction> instructions) {
    Emitter emitter = new Emitter(code, translation);
    Lowering lowering = new Lowering(translation, emitter);
    for (int i = 0; i < instructions.size(); i++) {
      lowering.emit(start + i, instructions.get(i));
    }
    code.return_();
  }

  /// `switch (block) { case 0: block0_0(warp, mask); return; … }`
  private void dispatch(CodeBuilder code) {
    Label end = code.newLabel();
    List<SwitchCase> cases = new ArrayList<>();
    for (int b = 0; b < blocks.size(); b++) {
      if (blocks.get(b).start() < blocks.get(b).end()) {
        cases.add(SwitchCase.of(b, code.newLabel()));
      }
    }
    code.iload(2).tableswitch(0, blocks.size() - 1, end, cases);
    for (SwitchCase it : cases) {
      code.labelBinding(it.target());
      int pieces = pieces(blocks.get(it.caseValue())).size();
      for (int p = 0; p < pieces; p++) {
        code.aload(1).iload(3).invokestatic(KERNEL, name(it.caseValue(), p), PIECE_TYPE);
      }
      code.return_();
    }
    code.labelBinding(end).return_();
  }
}
