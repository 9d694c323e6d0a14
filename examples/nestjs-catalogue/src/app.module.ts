import { Module } from '@nestjs/common';
import { ShelflifeModule } from '@shelflife/nestjs';
import { CatalogueController } from './catalogue.controller.js';
import { CatalogueService } from './catalogue.service.js';

@Module({
  imports: [ShelflifeModule.forRoot({ memory: { maxSize: '16mb' } })],
  controllers: [CatalogueController],
  providers: [CatalogueService],
})
export class AppModule {}
