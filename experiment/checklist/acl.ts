import {
	dataStatistics,
	hyperparameters,
	modelSize,
	packages,
	variation,
} from "./answers.ts";
import type { Form } from "./form.ts";

export const acl: Form = {
	name: "acl",
	title: "ACL Rolling Review: Responsible NLP Research Checklist",
	url: "https://aclrollingreview.org/responsibleNLPresearch/",
	sections: [
		{
			title: "A. Every submission",
			items: [
				{ number: "A1", asks: "limitations of the work" },
				{ number: "A2", asks: "its risks" },
			],
		},
		{
			title: "B. Artifacts used or created",
			items: [
				{ number: "B1", asks: "creators cited" },
				{ number: "B2", asks: "licence and terms of use" },
				{ number: "B3", asks: "used as intended" },
				{ number: "B4", asks: "personal or offensive content" },
				{ number: "B5", asks: "documented: domains, languages, groups" },
				{
					number: "B6",
					asks: "statistics: examples, splits",
					answer: dataStatistics,
				},
			],
		},
		{
			title: "C. Computational experiments",
			items: [
				{
					number: "C1",
					asks: "parameters of the model, total budget, infrastructure",
					answer: modelSize,
				},
				{
					number: "C2",
					asks: "setup, hyper-parameter search, best values",
					answer: hyperparameters,
				},
				{
					number: "C3",
					asks: "descriptive statistics: of one run or of several",
					answer: variation,
				},
				{
					number: "C4",
					asks: "packages, with implementation and settings",
					answer: packages,
				},
			],
		},
		{
			title: "D. People who annotated or took part",
			items: [
				{ number: "D1", asks: "their instructions" },
				{ number: "D2", asks: "how they were found and paid" },
				{ number: "D3", asks: "their consent" },
				{ number: "D4", asks: "review by an ethics board" },
				{ number: "D5", asks: "who they are" },
			],
		},
		{
			title: "E. Tools that write",
			items: [{ number: "E1", asks: "which were used in research or writing" }],
		},
	],
};
